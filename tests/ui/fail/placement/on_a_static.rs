//! `#[server]` on a static

use callcast::prelude::*;

struct Users;

#[server]
static USERS: Users = Users;

fn main() {
    let _ = &USERS;
}
