//! `impl Into<T>` as an argument

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn add(&mut self, #[into] name: String) {
        drop(name);
    }
}
