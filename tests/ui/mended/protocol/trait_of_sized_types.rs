//! a protocol with `where Self: Sized`

use callcast::prelude::*;

#[protocol]
trait Store
where
    Self: Send,
{
    #[call]
    fn get(&self, key: String) -> Option<u64>;
}
