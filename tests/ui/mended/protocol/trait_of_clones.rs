//! a protocol whose servers can be cloned

use callcast::prelude::*;

#[protocol]
trait Store: Send {
    #[call]
    fn get(&self, key: String) -> Option<u64>;
}
