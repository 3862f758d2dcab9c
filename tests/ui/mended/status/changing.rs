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
    fn shown(&self) -> String {
        let mut names = self.0.clone();
        names.sort();
        names.join(", ")
    }
}
