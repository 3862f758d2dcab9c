//! a `ReplyStream` in a protocol

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    #[call]
    fn changes(&mut self) -> callcast::Replies<u64>;
}
