//! an argument with `@`

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn add(&self, n: u64) -> u64 {
        n
    }
}
