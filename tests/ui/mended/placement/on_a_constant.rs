//! `#[agent]` on a constant

use callcast::prelude::*;

struct Users;

const USERS: Users = Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        USERS
    }
}
