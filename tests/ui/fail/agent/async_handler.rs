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

    #[call]
    async fn get(&self) -> i64 {
        self.value
    }
}

fn main() {
    let counter = Counter::start().unwrap();
    let value: i64 = counter.get().wait().unwrap();
    println!("{value}");
}
