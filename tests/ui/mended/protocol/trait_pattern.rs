//! a pattern as an argument of a protocol's cast

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    #[cast]
    fn put(&mut self, pair: (String, u64));
}
