//! a handler with a `where` clause

use callcast::prelude::*;

struct Users<T>(Vec<T>);

#[agent]
impl<T: Send + 'static> Users<T> {
    #[init]
    fn new(users: Vec<T>) -> Self {
        Self(users)
    }

    #[call]
    fn first(&self) -> Option<T>
    where
        T: Clone,
    {
        self.0.first().cloned()
    }
}

fn main() {}
