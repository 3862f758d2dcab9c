use callcast::prelude::*;

struct Counter {
    value: i64,
}

#[agent]
impl Counter {
    #[init]
    fn new() -> Self {
        Self { value: 0 }
    }

    #[call]
    fn next(&mut self, _reply: ReplyTo<i64>) {}

    #[call]
    fn all(&mut self, _replies: ReplyStream<i64>) {}
}

fn main() {
    let counter = Counter::start().unwrap();
    let _: i64 = counter.next().wait().unwrap();
}
