//! `true` left out

use callcast::prelude::*;

struct Users;

#[server(inline = true)]
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
