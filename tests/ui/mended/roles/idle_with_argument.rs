//! an argument of `#[idle]`

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
