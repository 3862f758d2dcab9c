//! an argument that cannot be sent

use callcast::prelude::*;
use std::sync::Arc;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn add(&mut self, _name: Arc<str>) {}
}
