//! a parameter of the state without bounds

use callcast::prelude::*;

struct Holder<T>(T);

#[agent]
impl<T> Holder<T> {
    #[init]
    fn new(value: T) -> Self {
        Self(value)
    }

    #[call]
    fn replace(&mut self, value: T) -> T {
        std::mem::replace(&mut self.0, value)
    }

    #[cast]
    fn set(&mut self, value: T) {
        self.0 = value;
    }
}

fn main() {
    let holder = Holder::start(1_u8).unwrap();
    let _: u8 = holder.replace(2).wait().unwrap();
    holder.set(3).wait().unwrap();
}
