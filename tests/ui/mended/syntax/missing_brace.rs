//! a missing brace

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn first(&self) -> Option<String> {
        None
    }

    #[call]
    fn people(&self) -> usize {
        0
    }
}
