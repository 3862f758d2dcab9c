//! a protocol's cast that returns something

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    #[call]
    fn forget(&mut self, key: String) -> bool;
}
