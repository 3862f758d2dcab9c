//! a protocol's call that does not take `self`

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    #[call]
    fn len(&self) -> usize;
}
