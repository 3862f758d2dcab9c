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
}

#[agent]
impl Users {
    #[cast]
    fn clear(&mut self) {}
}

fn main() {
    let users = Users::start().unwrap();
    let _: usize = users.count().wait().unwrap();
}
