//! `#[into]` outside of an annotated block

struct Users;

impl Users {
    fn add(&mut self, #[into] _name: String) {}
}

fn main() {}
