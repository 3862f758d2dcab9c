//! a flag with a value

use callcast::prelude::*;

struct Users;

#[server(stop_when_unused)]
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
