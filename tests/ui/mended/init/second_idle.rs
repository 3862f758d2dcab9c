//! two handlers of a role that a server has one of

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[idle("5m")]
    fn quiet(&mut self) {}
}
