//! a missing comma between options

use callcast::prelude::*;

struct Users;

#[server(mailbox = 1, overflow = "wait")]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn count(&self) -> usize {
        0
    }
}
