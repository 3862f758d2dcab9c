//! two inits

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    fn with(_name: String) -> Self {
        Self
    }
}
