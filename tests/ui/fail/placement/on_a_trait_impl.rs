//! `#[agent]` on the impl of a trait

use callcast::prelude::*;

struct Users;

#[agent]
impl Default for Users {
    #[init]
    fn default() -> Self {
        Self
    }
}

fn main() {
    let _ = Users::default();
}
