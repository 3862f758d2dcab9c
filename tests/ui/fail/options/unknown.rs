use callcast::prelude::*;

struct Counter {
    value: i64,
}

#[agent(mail_box = 256, sloow = "1s", colour = "red")]
impl Counter {
    #[init]
    fn new() -> Self {
        Self { value: 0 }
    }

    #[call(timout = "2s")]
    fn get(&self) -> i64 {
        self.value
    }

    #[call(colour = 3)]
    fn get_too(&self) -> i64 {
        self.value
    }

    #[cast(timeout = "2s")]
    fn reset(&mut self) {}
}

fn main() {
    let counter = Counter::start().unwrap();
    let _: i64 = counter.get().wait().unwrap();
}
