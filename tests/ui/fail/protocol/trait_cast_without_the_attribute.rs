//! `#[cast]` in a trait without `#[protocol]`

use callcast::prelude::*;

#[allow(dead_code)]
trait Store {
    #[cast]
    fn forget(&mut self, key: String);
}

fn main() {}
