//! What remains in use of something that was done often.

use callcast::observe;
use tokio::runtime::Runtime;

use crate::memory::live;
use crate::{one_thread, settled, threads};

/// The test's own harness takes and gives back memory, now and then. What is left of a server is left in each round.
const ROUNDS: usize = 6;
/// What two threads may keep, however often it was done: room in their own queues, and slots for replies.
const KEPT: isize = 4096;

/// The bytes that this leaves when it is done once more, at the least.
pub(crate) fn left(again: impl FnMut()) -> isize {
    left_but_for(0, again)
}

/// The same, where so many bytes are as good as none: it is not done again for these.
fn left_but_for(few: isize, mut again: impl FnMut()) -> isize {
    // What is made when it is first needed stays, and what a thread keeps for the next time.
    again();
    let mut least = isize::MAX;
    for _ in 0..ROUNDS {
        let before = live();
        again();
        least = least.min((live() - before).abs());
        if least <= few {
            break;
        }
    }
    least
}

/// Does it so often, and looks for tasks and servers that are left.
fn all(runtime: &Runtime, times: usize, once: &impl AsyncFn()) {
    runtime.block_on(async {
        for _ in 0..times {
            once().await;
        }
        settled(0).await;
    });
    assert_eq!(observe().len(), 0);
}

/// No task, no server and not one byte is left.
pub(crate) fn leaves_nothing(what: &str, times: usize, once: impl AsyncFn()) {
    let runtime = one_thread();
    let bytes = left(|| all(&runtime, times, &once));
    assert_eq!(bytes, 0, "bytes that {times} times {what} leave");
    let runtime = threads();
    let bytes = left_but_for(KEPT, || all(&runtime, times, &once));
    assert!(bytes <= KEPT, "{bytes} bytes that {times} times {what} leave, with two threads");
}
