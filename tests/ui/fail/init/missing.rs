use callcast::prelude::*;

struct Counter {
    value: i64,
}

#[agent]
impl Counter {
    #[call]
    fn get(&self) -> i64 {
        self.value
    }
}

fn main() {}
