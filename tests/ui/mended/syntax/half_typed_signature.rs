//! a signature that is half typed

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn add(&mut self, name: String) {
        drop(name);
    }

    #[call]
    fn people(&self) -> usize {
        0
    }
}
