//! a handler with a `where` clause

use callcast::prelude::*;

struct Users<T>(Vec<T>);

#[agent]
impl<T: Clone + Send + 'static> Users<T> {
    #[init]
    fn new(users: Vec<T>) -> Self {
        Self(users)
    }

    #[call]
    fn first(&self) -> Option<T> {
        self.0.first().cloned()
    }
}
