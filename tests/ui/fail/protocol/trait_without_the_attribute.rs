//! `#[call]` in a trait without `#[protocol]`

use callcast::prelude::*;

#[allow(dead_code)]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;
}

fn main() {}
