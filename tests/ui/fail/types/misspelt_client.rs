use callcast::prelude::*;

struct Counter;

#[agent]
impl Counter {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn add(&mut self, n: i64) -> i64 {
        n
    }
}

fn main() {
    let counter = Counter::start().unwrap();
    counter.ad(1).wait().unwrap();
    counter.add("1").wait().unwrap();
}
