//! `#[format_status]` that returns nothing

use callcast::prelude::*;

struct Users(Vec<String>);

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self(Vec::new())
    }

    #[format_status]
    fn shown(&self) {
        println!("{} users", self.0.len());
    }
}

fn main() {
    let _ = Users::spec();
}
