//! `#[agent]` on a constant

use callcast::prelude::*;

struct Users;

#[agent]
const USERS: Users = Users;

fn main() {
    let _ = USERS;
}
