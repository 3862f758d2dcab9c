//! a parameter of a server's state without bounds

use callcast::prelude::*;

struct Holder<T>(T);

#[server]
impl<T: Send + 'static> Holder<T> {
    #[init]
    fn new(value: T) -> Self {
        Self(value)
    }

    #[call]
    fn replace(&mut self, value: T) -> T {
        std::mem::replace(&mut self.0, value)
    }

    #[cast]
    fn set(&mut self, value: T) {
        self.0 = value;
    }

    #[call]
    async fn later(&mut self, value: T, ctx: &mut Context<Self>) {
        self.0 = value;
        ctx.stop(ExitReason::Normal);
    }

    #[info]
    fn computed(&mut self, value: T) {
        self.0 = value;
    }

    #[every("30s")]
    fn tick(&mut self) {}

    #[terminate]
    fn close(&mut self, _left: Vec<HolderCast<T>>) {}
}
