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

    #[after_init]
    fn warm_up(&mut self) {}

    #[info]
    fn computed(&mut self, sum: i64) {
        self.value = sum;
    }

    #[every("30s")]
    fn tick(&mut self) {}

    #[idle("5m")]
    fn quiet(&mut self) {}

    #[down]
    fn lost(&mut self, _down: Down) {}

    #[exit]
    fn linked_ended(&mut self, _exit: Exit) {}

    #[terminate]
    fn close(&mut self) {}

    #[call]
    fn get(&self) -> i64 {
        self.value
    }
}

fn main() {
    let counter = Counter::start().unwrap();
    let _: i64 = counter.get().wait().unwrap();
}
