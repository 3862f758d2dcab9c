//! `#[agent]` on a type alias

use callcast::prelude::*;

struct Users;

type People = Users;

#[agent]
impl People {
    #[init]
    fn new() -> Self {
        Users
    }
}
