//! a timeout of zero

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call(timeout = "250ms")]
    fn count(&self) -> usize {
        0
    }
}
