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

    #[call(timeout = "2")]
    fn no_unit(&self) {}

    #[call(timeout = 2)]
    fn no_text(&self) {}

    #[call(timeout = "2 days")]
    fn unknown_unit(&self) {}

    #[call(timeout = "soon")]
    fn no_number(&self) {}

    #[call(timeout = "")]
    fn empty(&self) {}

    #[call(timeout = "99999999999999999999s")]
    fn too_long(&self) {}

    #[every("30s, soon")]
    fn tick(&mut self) {}

    #[every]
    fn tock(&mut self) {}

    #[idle("5m, now")]
    fn quiet(&mut self) {}
}

fn main() {}
