//! a second annotated block with an init of its own

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

    #[cast]
    fn clear(&mut self) {}

    fn empty() -> Self {
        Self
    }
}
