//! an option that `#[format_status]` does not have

use callcast::prelude::*;

struct Users(Vec<String>);

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self(Vec::new())
    }

    #[format_status(pretty)]
    fn shown(&self) -> String {
        format!("{} users", self.0.len())
    }
}

fn main() {}
