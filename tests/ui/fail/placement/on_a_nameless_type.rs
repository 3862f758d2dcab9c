use callcast::prelude::*;

#[agent]
impl (i64, i64) {
    #[init]
    fn new() -> Self {
        (0, 0)
    }
}

fn main() {}
