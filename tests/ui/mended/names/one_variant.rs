//! two handlers that become one variant

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn get_a(&self) -> u64 {
        1
    }

    #[call]
    fn get_second_a(&self) -> u64 {
        2
    }
}
