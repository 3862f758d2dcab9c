//! types within types, without end

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn first(&self) -> Option<u8> {
        None
    }
}
