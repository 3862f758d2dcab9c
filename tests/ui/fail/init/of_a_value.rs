//! an init that returns another type of std

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Result<(), String> {
        Ok(())
    }

    #[call]
    fn count(&self) -> usize {
        0
    }
}

fn main() {}
