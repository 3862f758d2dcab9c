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

    #[cast]
    fn start(&mut self) {
        self.value = 1;
    }

    fn spec(&self) -> i64 {
        self.value
    }
}

fn main() {}
