//! `#[into]` on what no client passes

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[info]
    fn downloaded(&mut self, _page: String) {}
}
