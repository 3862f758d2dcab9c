//! bounds of a protocol's call

use callcast::prelude::*;

#[protocol]
trait Store<K: Send + 'static> {
    #[call]
    fn get(&self, key: K) -> Option<u64>
    where
        K: Clone;
}

fn main() {
    fn use_it(store: &StoreClient<String>) {
        let _: Option<u64> = store.get("a".to_owned()).wait().unwrap();
    }
}
