//! a method of a protocol that is half typed

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;

    #[call]
    fn len(&self, of: String) -> usize;

    #[call]
    fn size(&self) -> usize;
}
