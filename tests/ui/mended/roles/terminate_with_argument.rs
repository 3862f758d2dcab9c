//! an argument that `#[terminate]` is not given

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[terminate]
    fn close(&mut self, _reason: &ExitReason) {}
}
