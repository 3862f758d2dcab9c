use callcast::prelude::*;

struct Counter {
    value: i64,
}

#[agent]
impl Counter {
    #[init]
    fn new() -> Result<(), String> {
        Ok(())
    }

    #[call]
    fn get(&self) -> i64 {
        self.value
    }
}

fn main() {}
