use callcast::prelude::*;

#[server]
enum State {
    On,
}

#[server]
trait Store {
    fn get(&self) -> i64;
}

#[agent]
fn get() -> i64 {
    0
}

#[agent]
mod module {}

fn main() {
    let _ = (State::On, get());
}
