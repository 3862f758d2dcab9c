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
    fn get_a(&self) -> i64 {
        self.value
    }

    #[call]
    #[allow(non_snake_case)]
    fn getA(&self) -> i64 {
        self.value
    }

    #[cast]
    fn get__a(&mut self) {}
}

fn main() {
    let counter = Counter::start().unwrap();
    let _: i64 = counter.get_a().wait().unwrap();
    let _: i64 = counter.getA().wait().unwrap();
}
