//! an argument under `cfg`

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cfg(unix)]
    #[call]
    fn open(&self, _name: String, _mode: u32) {}

    #[cfg(not(unix))]
    #[call]
    fn open(&self, _name: String) {}
}
