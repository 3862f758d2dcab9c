//! a handler that takes `mut self`

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn count(&mut self) -> usize {
        *self = Self;
        let _ = self;
        0
    }
}
