//! a call `clone` of a protocol

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    #[call]
    fn clone(&self) -> Vec<u64>;
}

fn main() {
    fn use_it(store: &StoreClient) {
        let _: Option<u64> = store.get("a".to_owned()).wait().unwrap();
    }
}
