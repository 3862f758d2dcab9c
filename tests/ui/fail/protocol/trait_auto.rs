//! an auto trait as a protocol

use callcast::prelude::*;

#[protocol]
auto trait Store {}

fn main() {}
