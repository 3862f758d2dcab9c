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
    fn add<N: Into<i64>>(&mut self, n: N) -> i64 {
        self.value += n.into();
        self.value
    }

    #[call]
    fn sized<const N: usize>(&self, _bytes: [u8; N]) {}

    #[call]
    fn named<'a>(&'a self, _name: &'a str) -> &'a str {
        "counter"
    }

    #[call]
    fn bounded(&self) -> i64
    where
        Self: Sized,
    {
        self.value
    }
}

fn main() {
    let counter = Counter::start().unwrap();
    let _: i64 = counter.add(1).wait().unwrap();
}
