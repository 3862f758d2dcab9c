//! `#[call]` on a free function

use callcast::prelude::*;

#[call]
fn count() -> usize {
    0
}

fn main() {
    count();
}
