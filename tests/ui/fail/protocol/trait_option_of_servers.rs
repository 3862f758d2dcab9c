//! an option of servers at a protocol

use callcast::prelude::*;

#[protocol(mailbox = 256)]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;
}

fn main() {
    fn use_it(store: &StoreClient) {
        let _: Option<u64> = store.get("a".to_owned()).wait().unwrap();
    }
}
