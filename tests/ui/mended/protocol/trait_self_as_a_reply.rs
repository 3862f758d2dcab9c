//! `Self` as the reply of a protocol's call

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    #[call]
    fn copied(&self) -> Vec<u64>;
}
