use callcast::prelude::*;

struct Counter;

#[agent]
impl Default for Counter {
    #[init]
    fn default() -> Self {
        Self
    }
}

fn main() {
    let _ = Counter::default();
}
