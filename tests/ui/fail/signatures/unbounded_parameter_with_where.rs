//! a parameter of the state whose `where` clause is not enough

use callcast::prelude::*;

struct Holder<T>(T);

#[agent]
impl<T> Holder<T>
where
    T: Clone,
{
    #[init]
    fn new(value: T) -> Self {
        Self(value)
    }

    #[call]
    fn get(&self) -> T {
        self.0.clone()
    }
}

fn main() {
    let holder = Holder::start(1_u8).unwrap();
    let _: u8 = holder.get().wait().unwrap();
}
