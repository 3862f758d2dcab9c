//! a tuple that is taken apart in the arguments

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn add(&self, pair: (u64, u64)) -> u64 {
        let (a, b) = pair;
        a + b
    }
}
