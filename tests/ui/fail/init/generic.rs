//! a generic init

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new<T: Send>(_value: T) -> Self {
        Self
    }

    #[call]
    fn count(&self) -> usize {
        0
    }
}

fn main() {}
