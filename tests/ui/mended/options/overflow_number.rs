//! a number as the policy for overflow

use callcast::prelude::*;

struct Users;

#[server(overflow = "reject")]
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
