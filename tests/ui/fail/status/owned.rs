//! `#[format_status]` that takes the state away

use callcast::prelude::*;

struct Users(Vec<String>);

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self(Vec::new())
    }

    #[format_status]
    fn shown(self) -> String {
        self.0.join(", ")
    }
}

fn main() {}
