//! a state that cannot be shared, in an `async` handler with `&self`
//!
//! While the handler waits, the server may go on on another thread, and the reference with it. With `&mut self` nobody else can
//! have one.

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
    async fn seen(&self) -> u64 {
        std::future::ready(()).await;
        self.0.get()
    }
}

fn main() {}
