//! `#[into]` on an argument of a method that is no handler

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
        self.len("a".to_owned())
    }

    fn len(&self, name: String) -> usize {
        name.len()
    }
}
