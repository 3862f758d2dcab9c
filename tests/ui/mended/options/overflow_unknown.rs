//! an unknown policy for overflow

use callcast::prelude::*;

struct Users;

#[server(overflow = "drop_newest")]
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
