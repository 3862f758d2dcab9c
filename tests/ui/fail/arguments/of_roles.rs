use callcast::prelude::*;

struct Counter {
    value: i64,
}

#[server]
impl Counter {
    #[init]
    fn new() -> Self {
        Self { value: 0 }
    }

    #[every("30s")]
    fn tick(&mut self, n: i64) {
        self.value += n;
    }

    #[idle("5m")]
    fn quiet(&mut self, n: i64) {
        self.value += n;
    }

    #[after_init]
    fn warm_up(&mut self, n: i64) {
        self.value += n;
    }

    #[down]
    fn lost(&mut self) {}

    #[exit]
    fn linked_ended(&mut self, _exit: Exit, _n: i64) {}

    #[terminate]
    fn close(&mut self, _reason: ExitReason, _left: Vec<i64>, _more: Vec<i64>) {}
}

fn main() {}
