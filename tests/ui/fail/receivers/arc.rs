//! a handler that takes an `Arc` of itself

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
    fn count(self: Arc<Self>) -> usize {
        0
    }
}

fn main() {
    let users = Users::start().unwrap();
    let _: usize = users.count().wait().unwrap();
}
