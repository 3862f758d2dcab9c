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
    fn area(&self, Size { width, height }: Size) -> u64 {
        width * height
    }
}

fn main() {}
