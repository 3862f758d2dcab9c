//! an init called `start`

use callcast::prelude::*;

struct Users;

#[agent(start = launch)]
impl Users {
    #[init]
    fn start() -> Self {
        Self
    }

    #[call]
    fn count(&self) -> usize {
        0
    }
}
