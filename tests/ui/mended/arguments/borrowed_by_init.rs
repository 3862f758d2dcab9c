//! a borrowed string as an argument of `init`

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new(_name: String) -> Self {
        Self
    }

    #[call]
    fn count(&self) -> usize {
        0
    }
}
