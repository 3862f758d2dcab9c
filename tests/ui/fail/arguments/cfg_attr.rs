//! an argument under `cfg_attr(…, cfg(…))`

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn open(&self, #[cfg_attr(unix, cfg(unix))] _mode: u32) {}
}

fn main() {}
