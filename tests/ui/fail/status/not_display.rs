//! `#[format_status]` that returns what cannot be displayed

use callcast::prelude::*;

struct Users(Vec<String>);

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self(Vec::new())
    }

    #[format_status]
    fn shown(&self) -> Vec<String> {
        self.0.clone()
    }
}

fn main() {}
