//! `#[agent]` on a union

use callcast::prelude::*;

#[agent]
union Number {
    int: u64,
}

fn main() {
    let _ = Number { int: 1 };
}
