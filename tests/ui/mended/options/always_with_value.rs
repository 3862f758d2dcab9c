//! `always` with a value

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call(always)]
    fn count(&self) -> usize {
        0
    }
}
