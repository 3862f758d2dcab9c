//! an equals sign without a value

use callcast::prelude::*;

struct Users;

#[server(mailbox = 256)]
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
