//! an argument of a cast that cannot be sent

use callcast::prelude::*;
use std::sync::Arc;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn add(&mut self, _name: Arc<str>) {}
}
