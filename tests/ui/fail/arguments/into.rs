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

    #[info]
    fn computed(&mut self, #[into] sum: i64) {
        self.value = sum;
    }

    #[cast]
    fn look(&mut self, #[into] _ctx: &mut Context<Self>) {}
}

fn main() {}
