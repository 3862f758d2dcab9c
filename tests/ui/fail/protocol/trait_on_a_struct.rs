//! `#[protocol]` on a struct

use callcast::prelude::*;

#[protocol]
struct Store;

fn main() {}
