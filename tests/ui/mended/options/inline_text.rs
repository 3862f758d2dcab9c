//! a text where `true` or `false` is expected

use callcast::prelude::*;

struct Users;

#[server(inline = false)]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn count(&self) -> usize {
        0
    }
}
