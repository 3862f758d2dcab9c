//! a path as the name of `spec`

use callcast::prelude::*;

struct Users;

#[server(spec = child)]
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
