use callcast::prelude::*;
use std::fmt::{Display, Formatter, Result};

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }
}

impl Display for Users {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str("users")
    }
}
