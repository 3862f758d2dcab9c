//! a text as the size of the mailbox

use callcast::prelude::*;

struct Users;

#[server(mailbox = "256")]
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

fn main() {}
