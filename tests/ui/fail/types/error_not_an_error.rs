use callcast::prelude::*;

struct NoError;

struct Counter {
    value: i64,
}

#[server]
impl Counter {
    #[init]
    fn new() -> Self {
        Self { value: 0 }
    }

    #[cast]
    fn reset(&mut self) -> Result<(), NoError> {
        self.value = 0;
        Err(NoError)
    }
}

fn main() {}
