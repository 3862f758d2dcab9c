//! five mistakes in one block

use callcast::prelude::*;

struct Users;

#[agent(mailbox = 0)]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    async fn find(&self, _name: &str) -> Option<u64> {
        None
    }

    #[call]
    fn add(self, _n: u64) -> u64 {
        1
    }

    #[cast]
    fn clear(&mut self) -> u64 {
        1
    }

    #[call]
    fn count(&self) -> usize {
        0
    }
}

fn main() {
    let users = Users::start().unwrap();
    let _: Option<u64> = users.find("a").wait().unwrap();
    let _: u64 = users.add(1).wait().unwrap();
    users.clear().wait().unwrap();
    let _: usize = users.count().wait().unwrap();
}
