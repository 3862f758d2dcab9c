//! `impl Trait` as a reply

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn all(&self) -> Vec<u64> {
        vec![1]
    }
}
