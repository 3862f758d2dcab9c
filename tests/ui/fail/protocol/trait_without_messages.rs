//! a protocol without a message

use callcast::prelude::*;

#[protocol]
trait Store {
    fn len(&self) -> usize {
        0
    }
}

fn main() {
    fn use_it(store: &StoreClient) {
        let _ = store.is_alive();
    }
}
