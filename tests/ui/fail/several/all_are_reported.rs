use callcast::prelude::*;

struct Counter {
    value: i64,
}

#[agent(mailbox = 0)]
impl Counter {
    #[init]
    fn new() -> Self {
        Self { value: 0 }
    }

    #[call]
    async fn get(&self, _text: &str) -> &i64 {
        &self.value
    }

    #[call]
    fn add(self, (a, b): (i64, i64)) -> i64 {
        a + b
    }

    #[cast]
    fn reset(&mut self) -> i64 {
        0
    }

    #[call]
    fn fine(&self) -> i64 {
        self.value
    }
}

fn main() {
    let counter = Counter::start().unwrap();
    let _: i64 = counter.get("a").wait().unwrap();
    let _: i64 = counter.add((1, 2)).wait().unwrap();
    counter.reset().wait().unwrap();
    let _: i64 = counter.fine().wait().unwrap();
}
