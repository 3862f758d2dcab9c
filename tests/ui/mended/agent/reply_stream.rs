//! a `ReplyStream` in an agent

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn all(&mut self, _replies: ReplyStream<u64>) {}
}
