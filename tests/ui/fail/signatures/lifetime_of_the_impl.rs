//! a state that borrows

use callcast::prelude::*;

struct Text<'a>(&'a str);

#[agent]
impl<'a> Text<'a> {
    #[init]
    fn new(text: &'a str) -> Self {
        Self(text)
    }

    #[call]
    fn len(&self) -> usize {
        self.0.len()
    }
}

fn main() {}
