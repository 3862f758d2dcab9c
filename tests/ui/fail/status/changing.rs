//! `#[format_status]` that changes the state

use callcast::prelude::*;

struct Users(Vec<String>);

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self(Vec::new())
    }

    #[format_status]
    fn shown(&mut self) -> String {
        self.0.sort();
        self.0.join(", ")
    }
}

fn main() {
    let _ = Users::spec();
}
