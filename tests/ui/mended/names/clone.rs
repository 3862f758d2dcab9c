//! a message called `clone`

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn clone_state(&self) -> usize {
        0
    }
}
