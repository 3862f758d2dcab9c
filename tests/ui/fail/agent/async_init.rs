use callcast::prelude::*;

struct Counter {
    value: i64,
}

#[agent]
impl Counter {
    #[init]
    async fn new() -> Self {
        Self { value: 0 }
    }

    #[call]
    fn get(&self) -> i64 {
        self.value
    }
}

fn main() {
    let counter = Counter::start().unwrap();
    let _: i64 = counter.get().wait().unwrap();
}
