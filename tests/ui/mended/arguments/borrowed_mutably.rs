//! an argument that the handler should change

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn count(&self, total: u64) -> u64 {
        total + 1
    }
}
