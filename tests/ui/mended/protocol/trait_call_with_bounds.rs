//! bounds of a protocol's call

use callcast::prelude::*;

#[protocol]
trait Store<K: Clone + Send + 'static> {
    #[call]
    fn get(&self, key: K) -> Option<u64>;
}
