//! `#[format_status]` with bounds of its own

use std::fmt::Debug;

use callcast::prelude::*;

struct Users<T>(Vec<T>);

#[agent]
impl<T: Debug + Send + 'static> Users<T> {
    #[init]
    fn new() -> Self {
        Self(Vec::new())
    }

    #[format_status]
    fn shown(&self) -> String {
        format!("{:?}", self.0)
    }
}
