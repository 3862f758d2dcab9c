//! `#[agent]` on a module

use callcast::prelude::*;

struct Users;

#[agent]
mod users {}

fn main() {}
