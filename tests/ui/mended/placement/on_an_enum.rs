//! `#[server]` on an enum

use callcast::prelude::*;

enum Light {
    On,
}

#[server]
impl Light {
    #[init]
    fn new() -> Self {
        Self::On
    }
}
