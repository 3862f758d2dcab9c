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
    fn clone(&self) -> i64 {
        self.value
    }

    #[cast]
    fn deref(&mut self) {}
}

fn main() {
    let counter = Counter::start().unwrap();
    let _ = counter.clone();
}
