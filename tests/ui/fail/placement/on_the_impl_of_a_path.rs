//! `#[agent]` on the impl of a trait of std, by its path

use callcast::prelude::*;

#[derive(Debug)]
struct Users;

#[agent]
impl std::ops::Drop for Users {
    fn drop(&mut self) {}
}

fn main() {}
