//! an option that no protocol has

use callcast::prelude::*;

#[protocol(timeout = "2s")]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;
}
