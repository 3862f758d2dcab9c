//! a body that is half typed

use callcast::prelude::*;

struct Users(Vec<String>);

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self(Vec::new())
    }

    #[call]
    fn count(&self) -> usize {
        self.
    }
}

fn main() {
    let users = Users::start().unwrap();
    let _: usize = users.count().wait().unwrap();
}
