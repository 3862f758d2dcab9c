//! a lifetime of a protocol's call

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    #[call]
    fn has(&self, key: String) -> bool;
}
