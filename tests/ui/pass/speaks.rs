//! Servers and agents that speak protocols, in all the ways in which they may be written.

#![deny(warnings)]

use std::collections::HashMap;

use callcast::prelude::*;

mod stores {
    use callcast::prelude::*;

    #[derive(Debug, PartialEq)]
    pub struct Full;

    #[protocol]
    pub trait Store {
        #[call]
        fn get(&self, key: String) -> Option<String>;

        #[call]
        fn put(&mut self, #[into] key: String, value: String) -> Result<(), Full>;

        #[cast]
        fn forget(&mut self, key: String);
    }
}

use stores::{Full, Store as Kv, StoreClient};

#[protocol]
trait Log {
    #[cast]
    fn note(&mut self, text: String) -> Result<(), String>;

    #[call]
    fn next(&mut self) -> String;

    #[call]
    fn count(&mut self, to: u32) -> Replies<u32>;

    #[call]
    fn soon(&mut self, n: u32) -> u32;
}

#[protocol]
trait Cache<K: Send + 'static, const N: usize> {
    #[call]
    fn look(&self, key: K) -> [K; N];

    #[cast]
    fn clear(&mut self);
}

/// What is to be replied to later is in a type of the user's own.
#[protocol]
trait Pool {
    #[call]
    fn len(&self) -> usize;

    #[cast]
    fn work(&mut self, job: Job);
}

struct Job {
    n: u32,
    reply: ReplyTo<u32>,
}

/// Nothing but calls.
#[protocol]
trait Names {
    #[call]
    fn r#type(&self, r#in: String, reply: u8, ctx: u8, server: u8, value: u8) -> String;
}

struct Memory {
    values: HashMap<String, String>,
}

#[agent(protocols(Kv, self::Names))]
impl Memory {
    #[init]
    fn new() -> Self {
        Self { values: HashMap::new() }
    }

    #[call]
    fn len(&self) -> usize {
        self.values.len()
    }
}

#[agent]
impl Kv for Memory {
    fn get(&self, key: String) -> Option<String> {
        self.values.get(&key).cloned()
    }

    fn put(&mut self, key: String, value: String) -> Result<(), Full> {
        if self.values.len() == 2 {
            return Err(Full);
        }
        self.values.insert(key, value);
        Ok(())
    }

    fn forget(&mut self, key: String) {
        self.values.remove(&key);
    }
}

#[agent]
impl Names for Memory {
    fn r#type(&self, r#in: String, _: u8, _: u8, _: u8, _: u8) -> String {
        r#in
    }
}

/// Without a message of its own.
struct Quiet;

#[agent(protocols(Names))]
impl Quiet {
    #[init]
    fn new() -> Self {
        Self
    }
}

#[agent]
impl Names for Quiet {
    fn r#type(&self, _: String, _: u8, _: u8, _: u8, _: u8) -> String {
        String::new()
    }
}

struct Disk<K, const N: usize> {
    last: Option<K>,
    values: HashMap<String, String>,
    waiting: Vec<ReplyTo<String>>,
}

#[server(protocols(Kv, Log, Cache<K, N>, Names))]
impl<K: Copy + Send + Sync + 'static, const N: usize> Disk<K, N> {
    #[init]
    fn new(last: K) -> Self {
        Self { last: Some(last), values: HashMap::new(), waiting: Vec::new() }
    }

    #[call]
    async fn both(&self, a: String, b: String) -> (Option<String>, Option<String>) {
        // They are ordinary methods.
        (self.get(a).await, self.get(b).await)
    }
}

#[server]
impl<K: Copy + Send + Sync + 'static, const N: usize> Kv for Disk<K, N> {
    async fn get(&self, key: String) -> Option<String> {
        tokio::task::yield_now().await;
        self.values.get(&key).cloned()
    }

    fn put(&mut self, key: String, value: String, ctx: &mut Context<Self>) -> Result<(), Full> {
        if ctx.id().to_string().is_empty() {
            return Err(Full);
        }
        self.values.insert(key, value);
        Ok(())
    }

    async fn forget(&mut self, ctx: &mut Context<Self>, key: String) {
        tokio::task::yield_now().await;
        if !ctx.id().to_string().is_empty() {
            self.values.remove(&key);
        }
    }
}

#[server]
impl<K: Copy + Send + Sync + 'static, const N: usize> Log for Disk<K, N> {
    fn note(&mut self, text: String) -> Result<(), String> {
        self.waiting.drain(..).for_each(|reply| reply.send(text.clone()));
        Ok(())
    }

    fn next(&mut self, reply: ReplyTo<String>) {
        self.waiting.push(reply);
    }

    fn count(&mut self, mut out: ReplyStream<u32>, to: u32, _: &mut Context<Self>) {
        for n in 0..to {
            out.try_send(n).unwrap();
        }
    }

    async fn soon(&mut self, n: impl Into<u32>, reply: ReplyTo<u32>) {
        tokio::task::yield_now().await;
        reply.send(n.into());
    }
}

#[server]
impl<K: Copy + Send + Sync + 'static, const N: usize> Cache<K, N> for Disk<K, N> {
    fn look(&self, key: K) -> [K; N] {
        [self.last.unwrap_or(key); N]
    }

    fn clear(&mut self) {
        self.last = None;
    }
}

#[server]
impl<K: Copy + Send + Sync + 'static, const N: usize> Names for Disk<K, N> {
    #[cfg(any())]
    async fn r#type(&self) {}

    #[cfg(not(any()))]
    async fn r#type(&self, r#in: String, reply: u8, ctx: u8, server: u8, value: u8) -> String {
        format!("{in}{reply}{ctx}{server}{value}", in = r#in)
    }
}

struct Workers(Vec<Job>);

#[server(protocols(Pool))]
impl Workers {
    #[init]
    fn new() -> Self {
        Self(Vec::new())
    }

    #[call]
    fn doubled(&self, n: u32, reply: ReplyTo<u32>, ctx: &mut Context<Self>) {
        PoolClient::from(ctx.client()).work(Job { n, reply }).send().unwrap();
    }
}

#[server]
impl Pool for Workers {
    /// The protocol says `&self`.
    async fn len(&mut self) -> usize {
        for Job { n, reply } in self.0.drain(..) {
            reply.send(2 * n);
        }
        self.0.len()
    }

    async fn work(&mut self, job: Job) {
        self.0.push(job);
    }
}

macro_rules! answers {
    ($name:ident, $protocol:path, $ty:ty) => {
        struct $name;

        #[server(protocols($protocol))]
        impl $name {
            #[init]
            fn new() -> Self {
                Self
            }
        }

        #[server]
        impl $protocol for $name {
            async fn look(&self, key: $ty) -> [$ty; 1] {
                [key]
            }

            #[deprecated]
            fn clear(&mut self) {}
        }
    };
}

answers!(Text, Cache<&'static str, 1>, &'static str);

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        agents().await;
        servers().await;
        workers().await;
        let text: CacheClient<&str, 1> = Text::start().await.unwrap().into();
        assert_eq!(text.look("a").await, Ok(["a"]));
        text.clear().await.unwrap();
    });
}

async fn agents() {
    let memory = Memory::start().unwrap();
    let store: StoreClient = memory.clone().into();
    keep(&store).await;
    assert_eq!(memory.len().await, Ok(1));
    let names = NamesClient::from(memory);
    assert_eq!(names.r#type("a".to_owned(), 1, 2, 3, 4).await.unwrap(), "a");
    let quiet: NamesClient = Quiet::start().unwrap().into();
    assert_eq!(quiet.r#type("a".to_owned(), 1, 2, 3, 4).await.unwrap(), "");
}

async fn servers() {
    let disk = Disk::<u8, 2>::start(7).await.unwrap();
    let store: StoreClient = disk.clone().into();
    keep(&store).await;
    let both = disk.both("a".to_owned(), "b".to_owned()).await.unwrap();
    assert_eq!(both, (None, Some("2".to_owned())));
    let log: LogClient = disk.clone().into();
    let next = log.next().send().unwrap();
    log.note("hello".to_owned()).await.unwrap();
    assert_eq!(next.await.unwrap(), "hello");
    let mut numbers = log.count(3).await.unwrap();
    assert_eq!([numbers.next().await, numbers.next().await], [Some(0), Some(1)]);
    assert_eq!(log.soon(5).await, Ok(5));
    let cache: CacheClient<u8, 2> = disk.clone().into();
    assert_eq!(cache.look(1).await, Ok([7, 7]));
    cache.clear().await.unwrap();
    assert_eq!(cache.look(1).await, Ok([1, 1]));
}

async fn workers() {
    let workers = Workers::start().await.unwrap();
    let doubled = workers.doubled(4).send().unwrap();
    let pool: PoolClient = workers.into();
    // Behind the first of these, there is work, which the second one does.
    assert_eq!((pool.len().await, pool.len().await), (Ok(0), Ok(0)));
    assert_eq!(doubled.await, Ok(8));
}

async fn keep(store: &StoreClient) {
    assert_eq!(store.put("a", "1".to_owned()).await, Ok(()));
    assert_eq!(store.put("b", "2".to_owned()).await, Ok(()));
    assert_eq!(store.get("a".to_owned()).await, Ok(Some("1".to_owned())));
    store.forget("a".to_owned()).await.unwrap();
    assert_eq!(store.get("a".to_owned()).send().unwrap().await, Ok(None));
}
