//! options of a protocol without a comma between them

use callcast::prelude::*;

#[protocol(derive(Debug), timeout = "2s")]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;
}
