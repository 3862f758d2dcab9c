//! a timeout on a cast

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn clear(&mut self) {}
}
