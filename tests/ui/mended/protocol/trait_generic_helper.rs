//! a generic helper in a protocol

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    fn each<F: FnMut(u64)>(&self, keys: Vec<String>, f: F)
    where
        Self: Sized,
    {
    }
}
