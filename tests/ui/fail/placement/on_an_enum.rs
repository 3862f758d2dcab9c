//! `#[server]` on an enum

use callcast::prelude::*;

#[server]
enum Light {
    On,
}

fn main() {
    let _ = Light::On;
}
