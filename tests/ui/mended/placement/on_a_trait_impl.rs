//! `#[agent]` on the impl of a trait

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self::default()
    }
}

impl Default for Users {
    fn default() -> Self {
        Self
    }
}
