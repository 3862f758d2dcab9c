//! `derive` with an equals sign

use callcast::prelude::*;

struct Users;

#[server(derive(Debug))]
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
