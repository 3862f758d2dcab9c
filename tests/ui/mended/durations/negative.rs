//! a negative duration

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call(timeout = "1s")]
    fn count(&self) -> usize {
        0
    }
}
