//! a duration without the option that it is for

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call(timeout = "2s")]
    fn count(&self) -> usize {
        0
    }
}
