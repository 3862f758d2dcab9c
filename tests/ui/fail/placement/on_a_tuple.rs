//! `#[agent]` on a type without a name

use callcast::prelude::*;

#[agent]
impl (u64, u64) {
    #[init]
    fn new() -> Self {
        (0, 0)
    }
}

fn main() {}
