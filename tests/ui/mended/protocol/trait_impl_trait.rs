//! an argument of a protocol's call without a named type

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    #[call]
    fn all(&self, keys: Vec<String>) -> Vec<u64>;
}
