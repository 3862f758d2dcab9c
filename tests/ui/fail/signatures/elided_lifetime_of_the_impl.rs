//! a state that borrows for `'_`

use callcast::prelude::*;

struct Text<'a>(&'a str);

#[agent]
impl Text<'_> {
    #[init]
    fn new(text: &'static str) -> Self {
        Self(text)
    }

    #[call]
    fn len(&self) -> usize {
        self.0.len()
    }
}

fn main() {}
