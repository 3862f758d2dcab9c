//! `#[agent]` on the call of a macro

use callcast::prelude::*;

struct Users;

macro_rules! users {
    () => {
        impl Users {
            #[init]
            fn new() -> Self {
                Self
            }
        }
    };
}

#[agent]
users! {}

fn main() {}
