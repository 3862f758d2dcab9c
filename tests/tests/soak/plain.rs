//! The same with nobody killed, so that nothing may be lost: 8 producers send to every kind of server by every way there is to one, a tenth of
//! the calls is given up at some poll, some have hardly any time, and one of the servers is replaced by another all the while.
//!
//! What was answered or accepted has been handled, what an error said was not has not, nothing was handled twice or out of order.

mod book;
mod sender;
mod servers;

use std::sync::Arc;
use std::time::Instant;

use callcast::observe;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::plain::book::Book;
use crate::plain::sender::Sender;
use crate::plain::servers::World;
use crate::rng::Rng;
use crate::said::say;
use crate::watchdog::Watchdog;
use crate::{MESSAGES, alone, number, settled, threads};

const PRODUCERS: usize = 8;
/// A server is replaced each time that one producer has sent so many messages.
const A_TURN: u64 = 500;

async fn run(book: Arc<Book>, each: u64, seed: u64) {
    let tasks = Handle::current().metrics().num_alive_tasks();
    let world = Arc::new(World::start(&book).await);
    let (turns, turn) = mpsc::channel(1);
    let swapping = tokio::spawn(servers::swap(Arc::clone(&world), turn));
    let senders: Vec<_> = (0..PRODUCERS)
        .map(|producer| {
            let rng = Rng::new(seed ^ (producer as u64 + 1) << 32);
            tokio::spawn(Sender::new(Arc::clone(&world), producer, rng).run(each, turns.clone()))
        })
        .collect();
    drop(turns);
    for sender in senders {
        sender.await.expect("a producer does not panic");
    }
    book.goes_on("waiting for the last swap");
    swapping.await.expect("whoever swaps does not panic");
    // Behind all that was accepted: where this is answered, nothing is left in a queue.
    book.goes_on("a last call by each way");
    sender::call_by_each_way(&world).await;
    book.goes_on("stopping the servers");
    world.stop().await;
    drop(world);
    settled(tasks).await;
}

#[test]
fn g01_nothing_is_lost_doubled_or_out_of_order_where_nobody_is_killed() {
    let _alone = alone();
    let began = Instant::now();
    let each = number("CALLCAST_SOAK").unwrap_or(MESSAGES) / PRODUCERS as u64;
    let seed = number("CALLCAST_SOAK_SEED").unwrap_or(1);
    let book = Book::new(each);
    let watchdog = Watchdog::start(&book);
    threads().block_on(run(Arc::clone(&book), each, seed));
    drop(watchdog);
    let (figures, seconds) = (book.figures(), began.elapsed().as_secs_f64());
    say(format_args!("seed {seed}: {figures} in {seconds:.1} s"));
    book.assert_right();
    assert_eq!(observe().len(), 0);
}
