use callcast::prelude::*;

struct Counter {
    value: i64,
}

#[agent(mailbox = 1, mailbox = 2)]
impl Counter {
    #[init]
    fn new() -> Self {
        Self { value: 0 }
    }

    #[call(always, always)]
    fn get(&self) -> i64 {
        self.value
    }
}

fn main() {}
