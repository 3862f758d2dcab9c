//! an associated type in a protocol

use callcast::prelude::*;

#[protocol]
trait Store<Key: Send + 'static> {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    #[call]
    fn has(&self, key: Key) -> bool;
}
