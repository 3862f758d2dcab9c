//! a mailbox for no message

use callcast::prelude::*;

struct Users;

#[server(mailbox = 1)]
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
