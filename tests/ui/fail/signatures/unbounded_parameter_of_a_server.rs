//! a parameter of a server's state without bounds

use callcast::prelude::*;

struct Holder<T>(T);

#[server]
impl<T> Holder<T> {
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

#[tokio::main]
async fn main() {
    let holder = Holder::start(1_u8).await.unwrap();
    let _: u8 = holder.replace(2).await.unwrap();
    holder.set(3).await.unwrap();
    holder.later(4).await.unwrap();
    let _ = HolderInfo::computed(5_u8);
}
