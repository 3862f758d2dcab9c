//! a misspelt option of the block

use callcast::prelude::*;

struct Users;

#[agent(mail_box = 256)]
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

fn main() {}
