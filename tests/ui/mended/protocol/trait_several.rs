//! several mistakes in a protocol

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    #[call]
    fn name(&self) -> String;

    #[call]
    fn changes(&mut self, key: String) -> callcast::Replies<u8>;

    fn len(&self) -> usize {
        0
    }
}
