//! `#[format_status]` that is `async`, in an agent

use callcast::prelude::*;

struct Users(Vec<String>);

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self(Vec::new())
    }

    #[format_status]
    fn shown(&self) -> String {
        format!("{} users", self.0.len())
    }
}
