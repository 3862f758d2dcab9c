//! `#[agent]` on a type without a name

use callcast::prelude::*;

struct Pair(u64, u64);

#[agent]
impl Pair {
    #[init]
    fn new() -> Self {
        Self(0, 0)
    }
}
