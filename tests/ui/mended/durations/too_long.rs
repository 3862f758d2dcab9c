//! a duration that is too long

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call(timeout = "99999s")]
    fn count(&self) -> usize {
        0
    }
}
