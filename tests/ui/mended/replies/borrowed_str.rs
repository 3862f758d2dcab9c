//! a borrowed string as a reply

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn name(&self) -> String {
        "a".to_owned()
    }
}
