use callcast::prelude::*;

struct Counter {
    value: i64,
}

#[server]
impl Counter {
    #[init]
    fn new() -> Self {
        Self { value: 0 }
    }

    #[call]
    fn shared(&self, _ctx: &Context<Self>) -> i64 {
        self.value
    }

    #[call]
    fn owned(&self, _ctx: Context<Self>) -> i64 {
        self.value
    }

    #[call]
    fn twice(&self, _ctx: &mut Context<Self>, _again: &mut Context<Self>) -> i64 {
        self.value
    }
}

fn main() {}
