//! `#[agent]` on a trait object

use callcast::prelude::*;

trait Store {}

#[agent]
impl dyn Store {
    #[call]
    fn count(&self) -> usize {
        0
    }
}

fn main() {}
