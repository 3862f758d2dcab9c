//! an argument of a server's `init` that cannot be sent

use callcast::prelude::*;
use std::sync::Arc;

struct Users;

#[server]
impl Users {
    #[init]
    fn new(_name: Arc<str>) -> Self {
        Self
    }

    #[call]
    fn len(&self) -> usize {
        0
    }
}
