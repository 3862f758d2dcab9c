//! a constant in a protocol

use callcast::prelude::*;

#[protocol]
trait Store<const LEN: usize> {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    #[call]
    fn all(&self) -> [u64; LEN];
}
