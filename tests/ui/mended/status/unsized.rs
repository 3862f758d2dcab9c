//! `#[format_status]` that returns a `str`

use callcast::prelude::*;

struct Users(String);

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self(String::new())
    }

    #[format_status]
    fn shown(&self) -> String {
        self.0.clone()
    }
}
