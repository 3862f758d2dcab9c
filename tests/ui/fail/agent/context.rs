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

    #[cast]
    fn stop_later(&mut self, _ctx: &mut Context<Self>) {}
}

fn main() {
    let counter = Counter::start().unwrap();
    counter.stop_later().wait().unwrap();
}
