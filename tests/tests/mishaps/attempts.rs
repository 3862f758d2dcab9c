//! What an `init` that failed has left under way is nothing to the next one.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};

use callcast::prelude::*;
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use crate::support::{patient, promptly};

/// What a closure on a thread of its own waits for, and then does.
struct Gate {
    attempts: AtomicU32,
    opened: Mutex<Receiver<()>>,
    is_to_panic: bool,
}

/// Its second `init` begins something that blocks, and fails.
struct Heir {
    heard: u32,
}

#[server]
impl Heir {
    #[init]
    async fn new(gate: Arc<Gate>, ctx: &mut Context<Self>) -> Result<Self, String> {
        if gate.attempts.fetch_add(1, SeqCst) != 1 {
            return Ok(Self { heard: 0 });
        }
        let (begin, has_begun) = oneshot::channel();
        let wait = move || {
            begin.send(()).unwrap();
            gate.opened.lock().unwrap().recv().unwrap();
            assert!(!gate.is_to_panic, "as asked");
        };
        ctx.blocking(wait, HeirInfo::brought);
        // One that has not begun would be cancelled.
        has_begun.await.unwrap();
        Err("the second does not start".into())
    }

    #[call]
    fn crash(&self) {
        panic!("as asked");
    }

    #[info]
    fn brought(&mut self, _nothing: ()) {
        self.heard += 1;
    }

    #[call]
    fn heard(&self) -> u32 {
        self.heard
    }
}

/// Has the closure of a failed attempt end while the next incarnation lives. Returns how often that has heard of it, and
/// how many attempts there were in all.
async fn left_behind(is_to_panic: bool) -> (u32, u32) {
    let (open, opened) = mpsc::channel();
    let gate = Gate { attempts: AtomicU32::new(0), opened: Mutex::new(opened), is_to_panic };
    let gate = Arc::new(gate);
    let mut heir = Heir::spec(Arc::clone(&gate));
    let client = heir.client();
    let tree = patient().child(heir).start().await.unwrap();
    client.crash().await.unwrap_err();
    // It waits for the third.
    assert_eq!(promptly(client.heard()).await, Ok(0));
    open.send(()).unwrap();
    // There is one thread for what may block: this waits its turn.
    spawn_blocking(|| ()).await.unwrap();
    let heard = promptly(client.heard()).await.unwrap();
    tree.stop().await.unwrap();
    (heard, gate.attempts.load(SeqCst))
}

fn with_one_thread_to_block<T>(future: impl Future<Output = T>) -> T {
    Builder::new_current_thread().enable_time().max_blocking_threads(1).build().unwrap().block_on(future)
}

#[test]
fn what_the_closure_of_a_failed_init_brings_is_not_handled_by_the_next_one() {
    assert_eq!(with_one_thread_to_block(left_behind(false)), (0, 3));
}

#[test]
fn a_panic_in_the_closure_of_a_failed_init_does_not_end_the_next_one() {
    assert_eq!(with_one_thread_to_block(left_behind(true)), (0, 3));
}
