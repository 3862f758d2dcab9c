//! an unknown unit in a duration

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call(timeout = "48h")]
    fn count(&self) -> usize {
        0
    }
}
