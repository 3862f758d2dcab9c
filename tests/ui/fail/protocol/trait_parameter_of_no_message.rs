//! a parameter of a protocol that no message mentions

use callcast::prelude::*;

#[protocol]
trait Store<K: Send + 'static> {
    #[call]
    fn get(&self, key: String) -> Option<u64>;
}

fn main() {
    fn use_it(store: &StoreClient<u8>) {
        let _: Option<u64> = store.get("a".to_owned()).wait().unwrap();
    }
}
