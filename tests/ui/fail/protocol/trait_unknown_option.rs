//! an option that no protocol has

use callcast::prelude::*;

#[protocol(timout = "2s")]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;
}

fn main() {
    fn use_it(store: &StoreClient) {
        let _: Option<u64> = store.get("a".to_owned()).wait().unwrap();
    }
}
