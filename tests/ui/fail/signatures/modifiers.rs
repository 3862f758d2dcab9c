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
    unsafe fn get(&self) -> i64 {
        self.value
    }

    #[call]
    extern "C" fn get_c(&self) -> i64 {
        self.value
    }

    #[call]
    const fn fine(&self) -> i64 {
        self.value
    }
}

fn main() {
    let counter = Counter::start().unwrap();
    let _: i64 = counter.get().wait().unwrap();
    let _: i64 = counter.fine().wait().unwrap();
}
