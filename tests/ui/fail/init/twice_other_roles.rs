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

    #[idle("5m")]
    fn quiet(&mut self) {}

    #[idle("6m")]
    fn quieter(&mut self) {}

    #[terminate]
    fn close(&mut self) {}

    #[terminate]
    fn close_again(&mut self) {}
}

fn main() {}
