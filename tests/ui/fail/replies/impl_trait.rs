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
    fn all(&self) -> impl Iterator<Item = u64> {
        std::iter::once(1)
    }
}

fn main() {}
