use callcast::prelude::*;

struct Counter {
    value: i64,
}

#[server(timeout = "0s")]
impl Counter {
    #[init]
    fn new() -> Self {
        Self { value: 0 }
    }

    #[call(timeout = "0s")]
    fn get(&self) -> i64 {
        self.value
    }

    #[every("0ms")]
    fn tick(&mut self) {}
}

fn main() {}
