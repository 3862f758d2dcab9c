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
    fn all(&self) -> impl Iterator<Item = i64> {
        std::iter::once(self.value)
    }
}

fn main() {}
