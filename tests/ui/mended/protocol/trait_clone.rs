//! a call `clone` of a protocol

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    #[call]
    fn clone_state(&self) -> Vec<u64>;
}
