//! a reference in an `Option` as a reply

use callcast::prelude::*;

struct Users(Vec<String>);

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self(Vec::new())
    }

    #[call]
    fn first(&self) -> Option<String> {
        self.0.first().cloned()
    }
}
