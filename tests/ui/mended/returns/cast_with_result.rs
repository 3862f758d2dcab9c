//! a cast that returns a `Result` with a value

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn clear(&mut self) -> Result<(), std::fmt::Error> {
        Ok(())
    }
}
