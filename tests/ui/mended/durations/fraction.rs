//! a fraction in a duration

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call(timeout = "1500ms")]
    fn count(&self) -> usize {
        0
    }
}
