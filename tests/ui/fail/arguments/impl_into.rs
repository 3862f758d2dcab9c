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
    fn add(&mut self, name: impl Into<String>) {
        let _: String = name.into();
    }
}

fn main() {
    let users = Users::start().unwrap();
    users.add("a").wait().unwrap();
}
