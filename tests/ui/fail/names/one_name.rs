//! two handlers of one name
//!
//! Two methods of one name may stand in a block if each is under its own `#[cfg(…)]`.

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn count(&self) -> usize {
        0
    }

    #[call]
    fn count(&self, _of: String) -> usize {
        1
    }
}

fn main() {}
