//! a private client method from another module

mod users {
    use callcast::prelude::*;

    pub struct Users;

    #[agent]
    impl Users {
        #[init]
        pub fn new() -> Self {
            Self
        }

        #[call]
        pub fn count(&self) -> usize {
            0
        }
    }
}

fn main() {
    let users = users::Users::start().unwrap();
    let _: usize = users.count().wait().unwrap();
}
