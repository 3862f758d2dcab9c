use callcast::prelude::*;

struct Counter {
    value: i64,
}

#[agent(start = launch)]
impl Counter {
    #[init]
    fn new() -> Self {
        Self { value: 0 }
    }

    #[cast]
    fn launch(&mut self) {
        self.value = 1;
    }
}

fn main() {}
