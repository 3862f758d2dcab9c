//! a second annotated block of one type

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
}
