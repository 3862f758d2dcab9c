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
    fn name(&self) -> &str {
        "counter"
    }

    #[call]
    fn first(&self) -> Option<&i64> {
        Some(&self.value)
    }

    #[call]
    fn fine(&self) -> &'static str {
        "counter"
    }
}

fn main() {
    let counter = Counter::start().unwrap();
    let _: String = counter.name().wait().unwrap();
    let _: &str = counter.fine().wait().unwrap();
}
