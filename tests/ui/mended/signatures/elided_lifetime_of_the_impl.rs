//! a state that borrows for `'_`

use callcast::prelude::*;

struct Text(String);

#[agent]
impl Text {
    #[init]
    fn new(text: String) -> Self {
        Self(text)
    }

    #[call]
    fn len(&self) -> usize {
        self.0.len()
    }
}
