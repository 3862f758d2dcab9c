use callcast::prelude::*;

struct Counter {
    value: i64,
}

#[agent(mailbox = 1 overflow = "wait")]
impl Counter {
    #[init]
    fn new() -> Self {
        Self { value: 0 }
    }

    #[call(timeout =)]
    fn get(&self) -> i64 {
        self.value
    }
}

fn main() {}
