//! `derive` with a missing comma

use callcast::prelude::*;

struct Users;

#[server(derive(Debug, Clone))]
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
