//! `#[agent]` on a trait

use callcast::prelude::*;

#[agent]
trait Count {
    fn count(&self) -> usize;
}

fn main() {}
