//! `#[server]` on a function

use callcast::prelude::*;

#[server]
async fn count() -> usize {
    0
}

fn main() {
    drop(count());
}
