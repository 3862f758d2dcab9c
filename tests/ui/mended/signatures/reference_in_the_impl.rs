//! a state that holds a reference

use callcast::prelude::*;

struct Text<T>(T);

#[agent]
impl Text<String> {
    #[init]
    fn new(text: String) -> Self {
        Self(text)
    }

    #[call]
    fn len(&self) -> usize {
        self.0.len()
    }
}
