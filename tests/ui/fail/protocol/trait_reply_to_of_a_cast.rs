//! a `ReplyTo` in a cast of a protocol

use callcast::prelude::*;

#[protocol]
trait Pool {
    #[call]
    fn len(&self) -> usize;

    #[cast]
    fn work(&mut self, job: u32, reply: ReplyTo<u32>);
}

fn main() {
    fn use_it(pool: &PoolClient) {
        let _: usize = pool.len().wait().unwrap();
    }
}
