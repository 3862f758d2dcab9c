use callcast::prelude::*;

use std::rc::Rc;

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
    async fn get(&mut self) -> i64 {
        let value = Rc::new(self.value);
        tokio::task::yield_now().await;
        *value
    }

    #[cast]
    async fn reset(&mut self) {
        let value = Rc::new(0);
        tokio::task::yield_now().await;
        self.value = *value;
    }
}

fn main() {}
