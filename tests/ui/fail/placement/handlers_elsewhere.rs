use callcast::prelude::*;

struct Counter;

impl Counter {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn get(&self) -> i64 {
        0
    }

    #[every("30s")]
    fn tick(&mut self) {}
}

#[cast]
fn reset() {}

fn main() {
    Counter::new().tick();
    let _ = Counter.get();
    reset();
}
