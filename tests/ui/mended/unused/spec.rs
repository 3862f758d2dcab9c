//! a spec that is not started

#![deny(unused_must_use)]

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn count(&self) -> usize {
        0
    }
}

fn run() {
    Users::spec().start().unwrap();
}
