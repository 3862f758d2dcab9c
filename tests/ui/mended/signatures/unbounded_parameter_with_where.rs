//! a parameter of the state whose `where` clause is not enough

use callcast::prelude::*;

struct Holder<T>(T);

#[agent]
impl<T> Holder<T>
where
    T: Clone + Send + 'static,
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
