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

    #[call]
    #[cast]
    fn get(&self) -> i64 {
        self.value
    }
}

fn main() {}
