//! a future that cannot be sent

use callcast::prelude::*;
use std::sync::Arc;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    async fn count(&mut self) -> usize {
        let count = Arc::new(1);
        std::future::ready(()).await;
        *count
    }
}
