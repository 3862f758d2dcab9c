//! an option of the block given twice

use callcast::prelude::*;

struct Users;

#[server(mailbox = 2)]
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
