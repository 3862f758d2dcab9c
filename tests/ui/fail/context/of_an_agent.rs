//! the context of an agent in a function

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }
}

fn look(_ctx: &mut Context<Users>) {}

fn main() {}
