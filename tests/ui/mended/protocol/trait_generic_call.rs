//! a generic call in a protocol

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    #[call]
    fn has(&self, key: String) -> bool;
}
