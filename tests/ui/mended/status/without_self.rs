//! `#[format_status]` without the state

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[format_status]
    fn shown(&self) -> String {
        "some users".to_owned()
    }
}
