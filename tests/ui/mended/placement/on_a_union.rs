//! `#[agent]` on a union

use callcast::prelude::*;

union Number {
    int: u64,
}

#[agent]
impl Number {
    #[init]
    fn new() -> Self {
        Self { int: 1 }
    }
}
