//! a state that holds a reference

use callcast::prelude::*;

struct Text<T>(T);

#[agent]
impl Text<&str> {
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
