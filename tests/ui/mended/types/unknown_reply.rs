//! a reply of a type that is not in scope

use callcast::prelude::*;

pub struct Page;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn first(&self) -> Option<Page> {
        None
    }
}
