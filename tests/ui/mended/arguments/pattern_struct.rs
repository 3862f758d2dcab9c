//! a struct that is taken apart in the arguments

use callcast::prelude::*;

pub struct Size {
    width: u64,
    height: u64,
}

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn area(&self, size: Size) -> u64 {
        let Size { width, height } = size;
        width * height
    }
}
