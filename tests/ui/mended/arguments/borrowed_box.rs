//! a boxed object that borrows as an argument

use callcast::prelude::*;
use std::io::Read;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn add(&mut self, _value: Box<dyn Read + Send>) {}
}
