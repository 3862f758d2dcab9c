//! an iterator that borrows as a reply

use callcast::prelude::*;
use std::slice::Iter;

struct Users(Vec<String>);

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self(Vec::new())
    }

    #[call]
    fn all(&self) -> Iter<'_, String> {
        self.0.iter()
    }
}

fn main() {}
