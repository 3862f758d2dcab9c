//! an init that returns an `Option`

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Result<Option<Self>, std::fmt::Error> {
        Ok(None)
    }

    #[call]
    fn count(&self) -> usize {
        0
    }
}
