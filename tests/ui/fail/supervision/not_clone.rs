//! a child whose arguments cannot be cloned

use callcast::Supervisor;
use callcast::prelude::*;

struct Socket;

struct Session {
    socket: Socket,
}

#[server]
impl Session {
    #[init]
    fn new(socket: Socket) -> Self {
        Self { socket }
    }
}

fn main() {
    let _tree = Supervisor::one_for_one().child(Session::spec(Socket));
}
