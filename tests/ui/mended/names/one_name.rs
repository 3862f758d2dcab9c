//! two handlers of one name

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn count(&self) -> usize {
        0
    }

    #[call]
    fn count_of(&self, _of: String) -> usize {
        1
    }
}
