//! a parameter of the state without bounds

use callcast::prelude::*;

struct Holder<T>(T);

#[agent]
impl<T: Send + 'static> Holder<T> {
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
