//! a parameter of a protocol without bounds

use callcast::prelude::*;

#[protocol]
trait Store<K: Clone + Send + 'static> {
    #[call]
    fn get(&self, key: K) -> Option<u64>;
}
