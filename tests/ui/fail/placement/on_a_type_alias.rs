//! `#[agent]` on a type alias

use callcast::prelude::*;

struct Users;

#[agent]
type People = Users;

fn main() {
    let _: People = Users;
}
