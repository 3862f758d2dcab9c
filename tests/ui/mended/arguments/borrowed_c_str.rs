//! a borrowed `CStr` as an argument

use callcast::prelude::*;
use std::ffi::CString;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn add(&mut self, _value: CString) {}
}
