//! a slice without a size as a reply

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn name(&self) -> Vec<u8> {
        b"a".to_vec()
    }
}
