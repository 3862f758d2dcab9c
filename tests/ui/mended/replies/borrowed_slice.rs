//! a slice as a reply

use callcast::prelude::*;

struct Users(Vec<String>);

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self(Vec::new())
    }

    #[call]
    fn all(&self) -> Vec<String> {
        self.0.clone()
    }
}
