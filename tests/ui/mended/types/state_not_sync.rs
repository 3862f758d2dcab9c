//! a state that cannot be shared, in an `async` handler with `&self`

use callcast::prelude::*;
use std::cell::Cell;

struct Users(Cell<u64>);

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self(Cell::new(0))
    }

    #[call]
    async fn seen(&mut self) -> u64 {
        std::future::ready(()).await;
        self.0.get()
    }
}
