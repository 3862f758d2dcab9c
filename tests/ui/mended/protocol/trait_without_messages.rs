//! a protocol without a message

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self) -> u64;

    fn len(&self) -> usize {
        0
    }
}
