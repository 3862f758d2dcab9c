//! a child whose `init` fails with what cannot be put in a log

use callcast::Supervisor;
use callcast::prelude::*;

struct Worker;

#[server]
impl Worker {
    #[init]
    fn new() -> Result<Self, String> {
        Err("refused".to_owned())
    }
}

fn main() {
    let _tree = Supervisor::one_for_one().child(Worker::spec());
}
