//! a client given to a supervisor instead of a spec

use callcast::Supervisor;
use callcast::prelude::*;

struct Worker;

#[agent]
impl Worker {
    #[init]
    fn new() -> Self {
        Self
    }
}

fn main() {
    let worker = Worker::start().unwrap();
    let _tree = Supervisor::one_for_one().child(worker);
}
