//! `#[every]` in a protocol

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    #[every("30s")]
    fn tick(&mut self) {}
}

fn main() {
    fn use_it(store: &StoreClient) {
        let _: Option<u64> = store.get("a".to_owned()).wait().unwrap();
    }
}
