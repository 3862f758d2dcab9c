use callcast::prelude::*;

use std::sync::Arc;

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
    fn get(self) -> i64 {
        self.value
    }

    #[call]
    fn shared(self: Arc<Self>) -> i64 {
        self.value
    }

    #[call]
    fn boxed(self: Box<Self>) -> i64 {
        self.value
    }

    #[call]
    fn fine(self: &mut Self) -> i64 {
        self.value
    }

    #[call]
    fn fine_too(self: &Self) -> i64 {
        self.value
    }
}

fn main() {
    let counter = Counter::start().unwrap();
    let _: i64 = counter.get().wait().unwrap();
    let _: i64 = counter.fine().wait().unwrap();
}
