//! Arguments and replies of every shape that can be sent.

#![deny(warnings)]

use std::collections::HashMap;

use callcast::prelude::*;

#[derive(Default)]
struct Counter {
    value: i64,
}

struct Width<const N: usize>([usize; 3]);

#[agent]
impl Counter {
    const WIDTH: usize = 2;
    const DEPTH: u8 = 3;

    #[init]
    fn new(#[into] value: i64) -> Self {
        Self { value }
    }

    #[call]
    fn add(&mut self, mut n: i64, _unused: u8) -> i64 {
        n += 1;
        self.value += n;
        self.value
    }

    #[call]
    fn label(&self, prefix: &'static str) -> &'static str {
        prefix
    }

    #[call]
    fn merge(&mut self, other: Box<Self>, others: Vec<Self>) -> Option<Self> {
        self.value += other.value + others.iter().map(|other| other.value).sum::<i64>();
        None
    }

    #[call]
    fn window(&self, values: [i64; Self::WIDTH]) -> i64 {
        values.iter().sum()
    }

    #[call]
    fn computed(
        &self,
        more: [u8; {
            let width = Self::WIDTH;
            width + 1
        }],
        either: [u8; if Self::WIDTH > 2 { Self::WIDTH } else { size_of::<Self>() }],
        of_another: [u8; Self::DEPTH as usize],
    ) -> Width<{ Self::WIDTH }> {
        Width([more.len(), either.len(), of_another.len()])
    }

    #[call]
    fn apply(&self, function: fn(&str) -> usize, boxed: Box<dyn Fn(&i64) -> i64 + Send>) -> i64 {
        i64::try_from(function("four")).unwrap() + boxed(&self.value)
    }

    #[call]
    fn swap(&self, pair: (i64, String)) -> (String, i64) {
        (pair.1, pair.0)
    }

    #[call]
    fn rename(&self, #[into] name: String, times: usize) -> String {
        name.repeat(times)
    }

    #[call]
    fn table(&self) -> HashMap<String, Vec<Option<i64>>> {
        HashMap::new()
    }

    #[call]
    fn unit(&self) -> () {}

    #[cast]
    fn set(&mut self, #[into] value: i64) {
        self.value = value;
    }
}

/// Names that an expansion is likely to use itself.
struct Names;

#[server]
impl Names {
    #[init]
    fn new(server: u8, ctx: u8, args: u8) -> Self {
        let _ = (server, ctx, args);
        Self
    }

    #[call]
    fn sum(&self, ctx: u8, reply: u8, value: u8, request: u8, server: u8, self_: u8, nothing: u8) -> u8 {
        ctx + reply + value + request + server + self_ + nothing
    }

    #[call]
    async fn later(&mut self, reply: u8, reply_: ReplyTo<u8>, context: &mut Context<Self>, ctx: u8) {
        let _ = context;
        reply_.send(reply + ctx);
    }

    #[cast]
    async fn told(&mut self, cast: u8, context: &mut Context<Self>, info: u8, f: u8, place: u8) {
        let _ = (cast, context, info, f, place);
    }

    #[info]
    fn heard(&mut self, info: u8, context: &mut Context<Self>, ctx: u8) {
        let _ = (info, context, ctx);
    }

    #[terminate]
    fn close(&mut self, ctx: &mut Context<Self>, left: Vec<NamesCast>, why: &ExitReason) {
        let _ = (ctx, left, why);
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let counter = Counter::start(1)?;
    assert_eq!(counter.add(1, 0).await?, 3);
    assert_eq!(counter.label("a").await?, "a");
    assert!(counter.merge(Box::default(), vec![]).await?.is_none());
    assert_eq!(counter.window([1, 2]).await?, 3);
    let Width::<2>(lengths) = counter.computed([0; 3], [0; size_of::<Counter>()], [0; 3]).await?;
    assert_eq!(lengths, [3, size_of::<Counter>(), 3]);
    assert_eq!(counter.apply(str::len, Box::new(|value| value * 2)).await?, 10);
    assert_eq!(counter.swap((1, "a".into())).await?, ("a".into(), 1));
    assert_eq!(counter.rename("a", 2).await?, "aa");
    assert!(counter.table().await?.is_empty());
    let () = counter.unit().await?;
    counter.set(7_i32).await?;
    assert_eq!(format!("{:?}", CounterCall::Window { values: [1, 2] }), "window");

    let names = Names::start(1, 2, 3).await?;
    assert_eq!(names.sum(1, 2, 3, 4, 5, 6, 7).await?, 28);
    assert_eq!(names.later(1, 2).await?, 3);
    names.told(1, 2, 3, 4).await?;
    let _ = NamesInfo::heard((1, 2));
    Ok(())
}
