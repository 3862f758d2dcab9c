//! a protocol whose servers can be cloned

use callcast::prelude::*;

#[protocol]
trait Store: Send + Clone {
    #[call]
    fn get(&self, key: String) -> Option<u64>;
}

fn main() {}
