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
    fn get() -> i64 {
        0
    }

    #[cast]
    fn reset(n: i64) {
        drop(n);
    }
}

fn main() {
    let counter = Counter::start().unwrap();
    let _: i64 = counter.get().wait().unwrap();
}
