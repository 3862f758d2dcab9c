use callcast::prelude::*;

use std::rc::Rc;

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
    fn add(&mut self, n: Rc<i64>) -> i64 {
        self.value += *n;
        self.value
    }

    #[cast]
    fn set(&mut self, value: Rc<i64>) {
        self.value = *value;
    }
}

fn main() {}
