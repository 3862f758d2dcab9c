//! An agent that is killed in its `init` has no state to be rid of, and is gone at once: but its `init` runs on, on another
//! thread. Nothing that comes after it begins beside it.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};

use callcast::prelude::*;
use callcast::{Supervisor, SupervisorClient};
use tokio::sync::Notify;

use crate::support::{many_turns, patient, promptly, secs};

/// What the incarnations of one child share: what they count, and what the second waits for.
#[derive(Default)]
struct World {
    begun: AtomicU32,
    /// The inits that run, and the states that are there.
    there: AtomicU32,
    most: AtomicU32,
    second: Notify,
    third: Notify,
    opened: Mutex<Option<Receiver<()>>>,
}

struct There(Arc<World>);

impl There {
    fn begin(world: Arc<World>) -> Self {
        let there = world.there.fetch_add(1, SeqCst) + 1;
        world.most.fetch_max(there, SeqCst);
        Self(world)
    }
}

impl Drop for There {
    fn drop(&mut self) {
        self.0.there.fetch_sub(1, SeqCst);
    }
}

/// Its second `init` blocks its thread until it is let on.
struct Heir {
    _there: There,
}

#[agent]
impl Heir {
    #[init]
    fn new(world: Arc<World>) -> Self {
        let there = There::begin(Arc::clone(&world));
        match world.begun.fetch_add(1, SeqCst) {
            0 => {}
            1 => {
                let opened = world.opened.lock().unwrap().take().unwrap();
                world.second.notify_one();
                opened.recv().unwrap();
            }
            _ => world.third.notify_one(),
        }
        Self { _there: there }
    }

    #[call]
    fn crash(&self) {
        panic!("as asked");
    }
}

/// A supervisor below a supervisor, whose only child is in its second `init`; and what lets that go on.
async fn in_the_second_init() -> (Arc<World>, SupervisorClient, Sender<()>) {
    let (open, opened) = mpsc::channel();
    let world = Arc::new(World { opened: Mutex::new(Some(opened)), ..World::default() });
    let mut heir = Heir::spec(Arc::clone(&world));
    let client = heir.client();
    let root = patient().child(patient().child(heir).id("below")).start().await.unwrap();
    promptly(client.crash()).await.unwrap_err();
    promptly(world.second.notified()).await;
    (world, root, open)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn p66_the_next_supervisor_begins_when_the_init_of_the_last_one_is_over() {
    let (world, root, open) = in_the_second_init().await;
    let below = root.client::<Supervisor>("below").unwrap();
    let end = below.monitor();
    below.kill().send().unwrap();
    tokio::select! {
        biased;
        _ = end => panic!("it has ended before its child's init"),
        () = world.third.notified() => panic!("two inits at once"),
        () = many_turns() => open.send(()).unwrap(),
    }
    promptly(world.third.notified()).await;
    assert_eq!(world.most.load(SeqCst), 1);
    promptly(root.stop()).await.unwrap();
    assert_eq!(world.there.load(SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn p66_a_tree_that_is_stopped_has_no_init_that_runs_on() {
    let (world, root, open) = in_the_second_init().await;
    let mut end = root.monitor();
    root.stop().send().unwrap();
    tokio::select! {
        biased;
        _ = &mut end => panic!("it has ended before its child's init"),
        () = many_turns() => open.send(()).unwrap(),
    }
    promptly(end).await;
    assert_eq!(world.there.load(SeqCst), 0);
}

/// Each blocks its thread in its second `init`.
#[tokio::test(flavor = "multi_thread", worker_threads = 12)]
async fn p63_a_tree_is_stopped_in_time_where_many_inits_block_their_threads() {
    let mut root = patient();
    let (mut clients, mut worlds) = (vec![], vec![]);
    for n in 0..10 {
        let (open, opened) = mpsc::channel();
        let world = Arc::new(World { opened: Mutex::new(Some(opened)), ..World::default() });
        let mut heir = Heir::spec(Arc::clone(&world)).id(format!("heir {n}"));
        clients.push(heir.client());
        root = root.child(heir);
        worlds.push((world, open));
    }
    let root = root.start().await.unwrap();
    for (client, (world, _)) in clients.iter().zip(&worlds) {
        promptly(client.crash()).await.unwrap_err();
        promptly(world.second.notified()).await;
    }
    // They are waited for together, and once, which takes a second: one after the other, they would take ten.
    tokio::time::timeout(secs(8), root.stop()).await.expect("they are waited for together").unwrap();
    for (world, open) in worlds {
        open.send(()).unwrap();
        while world.there.load(SeqCst) != 0 {
            tokio::task::yield_now().await;
        }
    }
}

/// Its supervisor ends in the turn in which it has it started again.
#[tokio::test]
async fn p66_what_is_killed_before_its_init_begins_is_not_begun() {
    let world = Arc::new(World::default());
    let mut heir = Heir::spec(Arc::clone(&world));
    let client = heir.client();
    let root = patient().child(heir).start().await.unwrap();
    promptly(client.crash()).await.unwrap_err();
    promptly(root.stop()).await.unwrap();
    assert_eq!(world.begun.load(SeqCst), 1);
}
