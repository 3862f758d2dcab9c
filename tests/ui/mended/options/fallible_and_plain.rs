//! a reply both `fallible` and `plain`

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call(plain)]
    fn count(&self) -> usize {
        0
    }
}
