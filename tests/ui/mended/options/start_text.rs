//! a text as the name of `start`

use callcast::prelude::*;

struct Users;

#[server(start = launch)]
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
