//! `#[protocol]` on a function

use callcast::prelude::*;

#[protocol]
fn get(_key: String) -> Option<u64> {
    None
}

fn main() {}
