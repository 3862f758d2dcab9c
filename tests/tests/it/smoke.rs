use callcast::prelude::*;
use std::time::Duration;

struct Counter { value: i64 }

#[agent]
impl Counter {
    #[init]
    pub fn new(value: i64) -> Self { Self { value } }
    /// The value now.
    #[call]
    pub fn get(&self) -> i64 { self.value }
    #[call]
    pub fn add(&mut self, n: i64) -> i64 { self.value += n; self.value }
    #[cast]
    pub fn reset(&mut self) { self.value = 0 }
}

#[tokio::test]
async fn agent() {
    let c = Counter::start(5).unwrap();
    assert_eq!(c.add(2).await, Ok(7));
    c.reset().await.unwrap();
    assert_eq!(c.get().wait(), Ok(0));
    assert_eq!(c.with(|c| c.value).await, Ok(0));
    assert!(c.is_alive());
    c.stop().await.unwrap();
    assert_eq!(c.get().wait(), Err(CallError::NoProc));
}

#[derive(Default)]
struct Worker { ticks: u32, waiting: Vec<ReplyTo<u32>> }

#[server(timeout = "2s")]
impl Worker {
    #[init]
    async fn init(ctx: &mut Context<Self>) -> Result<Self, std::io::Error> { ctx.send_after(Duration::from_secs(5), WorkerInfo::tick()); Ok(Self::default()) }
    #[call]
    async fn fetch(&mut self, #[into] key: String) -> std::io::Result<usize> { tokio::time::sleep(Duration::from_secs(1)).await; Ok(key.len()) }
    #[call]
    fn next_event(&mut self, reply: ReplyTo<u32>) { self.waiting.push(reply) }
    #[call]
    fn ticks(&self) -> u32 { self.ticks }
    #[every("1s")]
    fn tick(&mut self) { self.ticks += 1; for r in self.waiting.drain(..) { r.send(self.ticks) } }
    #[call]
    fn boom(&mut self) -> u32 { panic!("boom") }
    #[call]
    async fn selfie(&mut self, ctx: &mut Context<Self>) -> Result<u32, CallError> { let c = ctx.client(); c.ticks().await }
}

#[tokio::test(start_paused = true)]
async fn server() {
    let w = Worker::start().await.unwrap();
    assert_eq!(w.fetch("abc").await.unwrap(), 3);
    assert_eq!(w.next_event().await.unwrap(), 2);
    assert_eq!(w.ticks().await.unwrap(), 2);
    assert_eq!(w.selfie().await, Err(CallError::Handler(CallError::CallingSelf)));
    assert!(matches!(w.boom().await, Err(CallError::Exit { started: true, reason: ExitReason::Panicked(_) })));
    assert_eq!(w.ticks().await, Err(CallError::NoProc));
}
