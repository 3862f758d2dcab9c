//! `#[format_status]` with an argument

use callcast::prelude::*;

struct Users(Vec<String>);

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self(Vec::new())
    }

    #[format_status]
    fn shown(&self, most: usize) -> String {
        self.0[..most].join(", ")
    }
}

fn main() {}
