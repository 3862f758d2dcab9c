//! an argument under `cfg`

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn open(&self, _name: String, #[cfg(unix)] _mode: u32) {}
}

fn main() {}
