//! a future that cannot be sent
//!
//! A server moves between threads while it waits, and whatever its handler holds across an `await` moves with it.

use callcast::prelude::*;
use std::rc::Rc;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    async fn count(&mut self) -> usize {
        let count = Rc::new(1);
        std::future::ready(()).await;
        *count
    }
}

fn main() {}
