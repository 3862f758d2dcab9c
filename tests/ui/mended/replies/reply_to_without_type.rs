//! a `ReplyTo` without the type of the reply

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn next(&mut self, _reply: ReplyTo<u64>) {}
}
