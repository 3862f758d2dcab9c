//! `#[call]` on a method with a body, in a trait without `#[protocol]`

use callcast::prelude::*;

#[allow(dead_code)]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64> {
        u64::from_str_radix(&key, 16).ok()
    }
}

fn main() {}
