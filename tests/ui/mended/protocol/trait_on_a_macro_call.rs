//! `#[protocol]` above the call of a macro that writes the trait

use callcast::prelude::*;

macro_rules! store {
    ($name:ident) => {
        #[protocol]
        trait $name {
            #[call]
            fn get(&self, key: String) -> Option<u64>;
        }
    };
}

store!(Store);
