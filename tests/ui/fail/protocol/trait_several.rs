//! several mistakes in a protocol

use callcast::prelude::*;

#[protocol(inline = true)]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    #[call]
    async fn name(&self) -> &str;

    #[call]
    fn changes(&mut self, key: &str, out: ReplyStream<u8>);

    fn len(&self) -> usize;
}

fn main() {
    fn use_it(store: &StoreClient) {
        let _: Option<u64> = store.get("a".to_owned()).wait().unwrap();
        let _: String = store.name().wait().unwrap();
    }
}
