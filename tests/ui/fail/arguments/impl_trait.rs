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
    fn add(&mut self, n: impl Into<i64>) -> i64 {
        self.value += n.into();
        self.value
    }

    #[call]
    fn add_all(&mut self, all: Vec<impl Into<i64>>) {
        self.value += all.into_iter().map(Into::into).sum::<i64>();
    }
}

fn main() {
    let counter = Counter::start().unwrap();
    let _: i64 = counter.add(1).wait().unwrap();
    counter.add_all(vec![1]).wait().unwrap();
}
