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
    fn add(&mut self, (a, b): (i64, i64)) -> i64 {
        self.value += a + b;
        self.value
    }

    #[call]
    fn ignore(&self, _: i64) {}

    #[call]
    fn fine(&self, mut a: i64, _b: i64) -> i64 {
        a += 1;
        a
    }
}

fn main() {
    let counter = Counter::start().unwrap();
    let _: i64 = counter.add((1, 2)).wait().unwrap();
    counter.ignore(1).wait().unwrap();
    let _: i64 = counter.fine(1, 2).wait().unwrap();
}
