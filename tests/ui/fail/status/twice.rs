//! two ways to show the state

use callcast::prelude::*;

struct Users(Vec<String>);

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self(Vec::new())
    }

    #[format_status]
    fn shown(&self) -> String {
        format!("{} users", self.0.len())
    }

    #[format_status]
    fn listed(&self) -> String {
        self.0.join(", ")
    }
}

fn main() {}
