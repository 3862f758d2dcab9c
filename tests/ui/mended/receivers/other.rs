//! a handler that takes another type as `self`

use callcast::prelude::*;

struct Other;

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
}
