use callcast::prelude::*;

#[derive(Debug)]
struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }
}

impl std::ops::Drop for Users {
    fn drop(&mut self) {}
}
