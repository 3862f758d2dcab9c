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
    fn get(&self) -> i64 {
        self.value
    }
}

#[agent]
impl Counter {
    #[cast]
    fn reset(&mut self) {
        self.value = 0;
    }
}

fn main() {
    let counter = Counter::start().unwrap();
    let _: i64 = counter.get().wait().unwrap();
}
