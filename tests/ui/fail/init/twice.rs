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

    #[init]
    fn with(value: i64) -> Self {
        Self { value }
    }
}

fn main() {
    let counter = Counter::start().unwrap();
    drop(counter);
}
