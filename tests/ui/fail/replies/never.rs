//! a call that never returns

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn serve(&self) -> ! {
        loop {}
    }
}

fn main() {
    let users = Users::start().unwrap();
    users.serve().wait().unwrap();
}
