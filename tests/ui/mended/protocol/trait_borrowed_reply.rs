//! a borrowed reply of a protocol's call

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    #[call]
    fn name(&self) -> String;
}
