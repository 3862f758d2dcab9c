//! a `ReplyTo` and a `ReplyStream`

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn next(&mut self, _replies: ReplyStream<u64>) {}
}
