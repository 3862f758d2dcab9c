//! five mistakes in one block

use callcast::prelude::*;

struct Users;

#[agent(mailbox = 1)]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn find(&self, _name: String) -> Option<u64> {
        None
    }

    #[call]
    fn add(&self, _n: u64) -> u64 {
        1
    }

    #[cast]
    fn clear(&mut self) {}

    #[call]
    fn count(&self) -> usize {
        0
    }
}

fn main() {
    let users = Users::start().unwrap();
    let _: Option<u64> = users.find("a".to_owned()).wait().unwrap();
    let _: u64 = users.add(1).wait().unwrap();
    users.clear().wait().unwrap();
    let _: usize = users.count().wait().unwrap();
}
