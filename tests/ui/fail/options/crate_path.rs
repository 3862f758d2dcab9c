use callcast::prelude::*;

struct Counter {
    value: i64,
}

#[agent(crate = callcast)]
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

fn main() {}
