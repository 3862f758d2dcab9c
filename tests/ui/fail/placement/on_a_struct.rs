use callcast::prelude::*;

#[agent]
struct Counter {
    value: i64,
}

fn main() {
    let _ = Counter { value: 1 }.value;
}
