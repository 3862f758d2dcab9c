//! `#[protocol]` above the call of a macro that writes the trait

use callcast::prelude::*;

macro_rules! store {
    ($name:ident) => {
        trait $name {
            fn get(&self, key: String) -> Option<u64>;
        }
    };
}

#[protocol]
store!(Store);

fn main() {}
