//! `#[agent]` on the call of a macro

use callcast::prelude::*;

struct Users;

macro_rules! users {
    () => {
        #[agent]
        impl Users {
            #[init]
            fn new() -> Self {
                Self
            }
        }
    };
}

users! {}
