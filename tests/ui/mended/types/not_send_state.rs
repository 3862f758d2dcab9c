//! a state that cannot be sent

use callcast::prelude::*;
use std::sync::Arc;

struct Users(Arc<str>);

#[agent]
impl Users {
    #[init]
    fn new(name: &'static str) -> Self {
        Self(name.into())
    }

    #[call]
    fn len(&self) -> usize {
        self.0.len()
    }
}
