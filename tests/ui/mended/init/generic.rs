//! a generic init

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new(_value: String) -> Self {
        Self
    }

    #[call]
    fn count(&self) -> usize {
        0
    }
}
