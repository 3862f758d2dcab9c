//! `#[server]` on a trait

use callcast::prelude::*;

#[allow(dead_code)]
#[server]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;
}

fn main() {}
