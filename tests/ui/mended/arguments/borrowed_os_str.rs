//! a borrowed `OsStr` as an argument

use callcast::prelude::*;
use std::ffi::OsString;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn add(&mut self, _value: OsString) {}
}
