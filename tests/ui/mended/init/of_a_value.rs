//! an init that returns another type of std

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Result<Self, String> {
        Ok(Self)
    }

    #[call]
    fn count(&self) -> usize {
        0
    }
}
