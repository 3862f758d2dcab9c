//! a parameter of the state with bounds that are not enough

use callcast::prelude::*;

struct Holder<T>(T);

#[agent]
impl<T: Clone + Send + 'static> Holder<T> {
    #[init]
    fn new(value: T) -> Self {
        Self(value)
    }

    #[call]
    fn get(&self) -> T {
        self.0.clone()
    }
}
