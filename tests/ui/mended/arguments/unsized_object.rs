//! an object without a size as an argument

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[info]
    fn add(&mut self, _value: Box<dyn Fn() + Send>) {}
}
