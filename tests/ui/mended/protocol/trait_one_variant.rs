//! two messages of a protocol with one variant

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    #[call]
    fn get_any(&self) -> u64;
}
