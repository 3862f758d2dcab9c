//! a protocol with `where Self: Sized`

use callcast::prelude::*;

#[protocol]
trait Store
where
    Self: Send + Sized,
{
    #[call]
    fn get(&self, key: String) -> Option<u64>;
}

fn main() {}
