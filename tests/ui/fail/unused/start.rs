//! a server that is not started

#![deny(unused_must_use)]

use callcast::prelude::*;

struct Users;

#[server]
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

async fn run() {
    Users::start();
}

fn main() {}
