//! `#[format_status]` on a handler

use callcast::prelude::*;

struct Users(Vec<String>);

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self(Vec::new())
    }

    #[call]
    fn show(&self) -> String {
        self.shown()
    }

    #[format_status]
    fn shown(&self) -> String {
        format!("{} users", self.0.len())
    }
}
