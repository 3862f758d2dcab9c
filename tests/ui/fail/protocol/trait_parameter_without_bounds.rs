//! a parameter of a protocol without bounds

use callcast::prelude::*;

#[protocol]
trait Store<K: Clone> {
    #[call]
    fn get(&self, key: K) -> Option<u64>;
}

fn main() {
    fn use_it(store: &StoreClient<String>) {
        let _: Option<u64> = store.get("a".to_owned()).wait().unwrap();
    }
}
