//! a borrowed reply that comes later

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn name(&mut self, _reply: ReplyTo<&str>) {}
}

fn main() {}
