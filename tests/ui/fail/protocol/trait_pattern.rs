//! a pattern as an argument of a protocol's cast

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    #[cast]
    fn put(&mut self, (key, value): (String, u64));
}

fn main() {
    fn use_it(store: &StoreClient) {
        let _: Option<u64> = store.get("a".to_owned()).wait().unwrap();
    }
}
