//! `#[format_status]` in a block that is not annotated

use callcast::prelude::*;

struct Users(Vec<String>);

impl Users {
    #[format_status]
    fn shown(&self) -> String {
        format!("{} users", self.0.len())
    }
}

fn main() {}
