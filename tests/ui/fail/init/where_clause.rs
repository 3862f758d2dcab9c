//! an init with a `where` clause

use callcast::prelude::*;

struct Users<T>(Vec<T>);

#[agent]
impl<T: Send + 'static> Users<T> {
    #[init]
    fn new(user: T) -> Self
    where
        T: Clone,
    {
        Self(vec![user.clone(), user])
    }

    #[call]
    fn count(&self) -> usize {
        self.0.len()
    }
}

fn main() {}
