//! a `Context` in a protocol

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    #[cast]
    fn forget(&mut self, key: String, ctx: &mut Context<Self>);
}

fn main() {
    fn use_it(store: &StoreClient) {
        let _: Option<u64> = store.get("a".to_owned()).wait().unwrap();
    }
}
