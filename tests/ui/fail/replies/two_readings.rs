use callcast::prelude::*;

struct Counter {
    value: i64,
}

#[agent]
impl Counter {
    #[init]
    fn new() -> Self {
        Self { value: 0 }
    }

    #[call(fallible, plain)]
    fn get(&self) -> Result<i64, String> {
        Ok(self.value)
    }
}

fn main() {}
