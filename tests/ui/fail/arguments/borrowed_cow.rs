//! a `Cow` with a lifetime as an argument

use callcast::prelude::*;
use std::borrow::Cow;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn add(&mut self, _value: Cow<'_, str>) {}
}

fn main() {
    let users = Users::start().unwrap();
    users.add(Cow::Borrowed("a")).wait().unwrap();
}
