//! `#[server]` on a function

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    async fn count(&self) -> usize {
        0
    }
}
