//! A server with a handler of every role.

use callcast::prelude::*;

/// Works.
#[derive(Debug)]
pub struct Worker {
    /// What it has come to.
    sum: u64,
    /// Who waits for it.
    waiting: u64,
    /// What was never done.
    left: Vec<WorkerCast>,
}

#[server(derive(Debug), mailbox = 8, timeout = "2s", slow = "1s", overflow = "reject", stop_when_unused)]
impl Worker {
    /// Makes one.
    ///
    /// # Errors
    ///
    /// Never.
    #[init]
    #[inline]
    pub async fn new(sum: u64, ctx: &mut Context<Self>) -> Result<Self, core::fmt::Error> {
        let waiting = ctx.id().to_string().len().try_into().unwrap_or(0);
        tokio::time::sleep(core::time::Duration::ZERO).await;
        Ok(Self { sum, waiting, left: Vec::new() })
    }

    /// Gets ready.
    #[after_init]
    const fn warm_up(&mut self) {
        self.waiting = 0;
    }

    /// Answers later.
    #[call]
    #[inline]
    pub fn later(&mut self, reply: ReplyTo<u64>) {
        reply.send(self.sum);
    }

    /// Answers often.
    #[call]
    #[inline]
    pub fn often(&mut self, mut out: ReplyStream<u64>) {
        self.waiting = u64::from(out.try_send(self.sum).is_ok());
    }

    /// Waits.
    ///
    /// # Errors
    ///
    /// Never.
    #[call]
    #[inline]
    pub async fn wait(&mut self, #[into] sum: u64) -> Result<u64, core::fmt::Error> {
        tokio::time::sleep(core::time::Duration::ZERO).await;
        self.sum = self.sum.saturating_add(sum);
        Ok(self.sum)
    }

    /// Does nothing that can be seen.
    #[cast]
    #[inline]
    pub async fn refresh(&mut self) {
        tokio::time::sleep(core::time::Duration::ZERO).await;
        self.sum = 0;
    }

    /// Ticks.
    #[every("1h")]
    const fn tick(&mut self) {
        self.sum = self.sum.saturating_add(1);
    }

    /// Ends.
    #[idle("1h")]
    fn quiet(&mut self, ctx: &mut Context<Self>) {
        self.sum = 0;
        ctx.stop(ExitReason::Normal);
    }

    /// Is told.
    #[info]
    const fn computed(&mut self, sum: u64) {
        self.sum = sum;
    }

    /// Is told of an end.
    #[down]
    fn lost(&mut self, down: Down) {
        drop(down);
        self.sum = 0;
    }

    /// Is told of another.
    #[exit]
    fn linked_ended(&mut self, exit: Exit) {
        drop(exit);
        self.sum = 0;
    }

    /// Goes.
    #[terminate]
    fn close(&mut self, _reason: &ExitReason, left: Vec<WorkerCast>) {
        self.left = left;
    }
}
