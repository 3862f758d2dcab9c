//! a method that is neither a call nor a cast

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    #[call]
    fn len(&self) -> usize;
}
