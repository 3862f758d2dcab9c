//! an init with a `where` clause

use callcast::prelude::*;

struct Users<T>(Vec<T>);

#[agent]
impl<T: Clone + Send + 'static> Users<T> {
    #[init]
    fn new(user: T) -> Self {
        Self(vec![user.clone(), user])
    }

    #[call]
    fn count(&self) -> usize {
        self.0.len()
    }
}
