//! `#[agent]` on a struct

use callcast::prelude::*;

#[agent]
struct Users;

fn main() {
    let _ = Users;
}
