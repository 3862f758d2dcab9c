//! Floods at a server that is blocked: how high the water stands, and what is left of it.

use std::sync::atomic::{AtomicIsize, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use callcast::ExitReason;
use callcast::prelude::*;
use futures_util::FutureExt as _;
use tokio::sync::oneshot;

use crate::memory::live;
use crate::{alone, number, one_thread, settled, threads};

const PRODUCERS: usize = 16;
const MESSAGES: usize = 100_000;
const CAPACITY: usize = 1_024;
/// What a message takes besides its own size.
const OVERHEAD: usize = 64;
/// What a message of 8 bytes takes without a bound; the queue doubles its room.
const SLOT: usize = 72;
const SLACK: usize = 64 * 1024;

/// What stands in the mailbox.
type Load<const SIZE: usize> = [u8; SIZE];

/// Stands still until the door is opened.
struct Basin<const SIZE: usize>(Arc<AtomicU64>);

#[server(mailbox = CAPACITY)]
impl<const SIZE: usize> Basin<SIZE> {
    #[init]
    fn new(handled: Arc<AtomicU64>) -> Self {
        Self(handled)
    }

    #[call(timeout = "600s")]
    async fn block(&mut self, door: oneshot::Receiver<()>) {
        door.await.expect("somebody opens it");
    }

    #[cast]
    fn pour(&mut self, load: Load<SIZE>) {
        self.0.fetch_add(u64::from(load[0]), SeqCst);
    }
}

/// As many messages as there is memory for: one has to say so.
struct Lake(u64);

#[server(mailbox = usize::MAX)]
impl Lake {
    #[init]
    fn new() -> Self {
        Self(0)
    }

    #[call(timeout = "600s")]
    async fn block(&mut self, door: oneshot::Receiver<()>) {
        door.await.expect("somebody opens it");
    }

    #[cast]
    fn pour(&mut self, n: u64) {
        self.0 += n;
    }

    #[call(timeout = "600s")]
    fn level(&self) -> u64 {
        self.0
    }
}

/// How high it has stood.
#[derive(Default)]
struct Mark(AtomicIsize);

impl Mark {
    fn note(&self) {
        self.0.fetch_max(live(), SeqCst);
    }

    fn above(&self, before: isize) -> usize {
        usize::try_from(self.0.load(SeqCst) - before).expect("it rises")
    }
}

/// Returns the highest level, and what is left when all is handled.
async fn flood<const SIZE: usize>(messages: usize) -> (usize, isize) {
    let handled = Arc::new(AtomicU64::new(0));
    let basin = Basin::<SIZE>::start(Arc::clone(&handled)).await.expect("there is a runtime");
    let mark = Arc::new(Mark::default());
    let (open, door) = oneshot::channel();
    let blocked = basin.block(door).send().expect("there is room");
    let (go, _) = tokio::sync::broadcast::channel::<()>(1);
    let producers: Vec<_> = (0..PRODUCERS)
        .map(|_| {
            let (basin, mark, mut go) = (basin.clone(), Arc::clone(&mark), go.subscribe());
            tokio::spawn(async move {
                go.recv().await.expect("it is said");
                for n in 0..messages / PRODUCERS {
                    basin.pour([1; SIZE]).no_timeout().await.expect("it lives");
                    if n.is_multiple_of(16) {
                        mark.note();
                    }
                }
            })
        })
        .collect();
    tokio::task::yield_now().await;
    let before = live();
    go.send(()).expect("they wait for it");
    // Each of them has a message that waits for room.
    while basin.load().queued < CAPACITY + PRODUCERS {
        mark.note();
        tokio::task::yield_now().await;
    }
    mark.note();
    open.send(()).expect("it waits for that");
    blocked.await.expect("it is let go");
    for producer in producers {
        producer.await.expect("it does not panic");
    }
    basin.block(opened()).await.expect("it lives");
    assert_eq!(handled.load(SeqCst), (messages / PRODUCERS * PRODUCERS) as u64);
    let left = left_in_the_end(before).await;
    basin.stop().await.expect("it lives");
    (mark.above(before), left)
}

/// What is left when the server has seen that there is nothing more to do.
async fn left_in_the_end(before: isize) -> isize {
    let began = Instant::now();
    loop {
        let left = live() - before;
        if left <= isize::try_from(SLACK).expect("it is small") || began.elapsed() > Duration::from_secs(10) {
            return left;
        }
        tokio::task::yield_now().await;
    }
}

fn opened() -> oneshot::Receiver<()> {
    let (open, door) = oneshot::channel();
    open.send(()).expect("its other end is here");
    door
}

fn is_bounded<const SIZE: usize>(messages: usize) {
    let began = Instant::now();
    let (peak, left) = threads().block_on(async {
        let figures = flood::<SIZE>(messages).await;
        settled(0).await;
        figures
    });
    let most = CAPACITY * (SIZE + OVERHEAD) + SLACK;
    eprintln!(
        "{messages} messages of {SIZE} bytes: {peak} bytes at most, where {most} may be; {left} are left, {:.1} s",
        began.elapsed().as_secs_f64()
    );
    assert!(peak <= most, "messages of {SIZE} bytes: {peak} bytes, more than {most}");
    assert!(left <= isize::try_from(SLACK).expect("it is small"), "{left} bytes are left");
}

#[test]
fn g06_a_flood_rises_no_higher_than_the_mailbox() {
    let _alone = alone();
    let messages = number("CALLCAST_FLOOD", MESSAGES);
    is_bounded::<8>(messages);
    is_bounded::<64>(messages);
    is_bounded::<256>(messages);
}

#[test]
fn g06_a_mailbox_without_a_bound_takes_little_for_each_and_gives_it_back() {
    let _alone = alone();
    let messages = number("CALLCAST_FLOOD", MESSAGES);
    threads().block_on(async {
        let lake = Lake::start().await.expect("there is a runtime");
        assert_eq!(lake.level().await, Ok(0));
        let before = live();
        let (open, door) = oneshot::channel();
        let blocked = lake.block(door).send().expect("there is room");
        for _ in 0..messages {
            lake.pour(1).send().expect("there is room");
        }
        let each = usize::try_from(live() - before).expect("they take something") / messages;
        open.send(()).expect("it waits for that");
        blocked.await.expect("it is let go");
        assert_eq!(lake.level().await, Ok(messages as u64));
        let left = left_in_the_end(before).await;
        eprintln!("{messages} messages of 8 bytes without a bound: {each} bytes each; {left} are left");
        // What stands in the mailbox is as large as the largest message, and there is room for twice as many at most.
        assert!(each <= 2 * SLOT, "{each} bytes");
        assert!(left <= isize::try_from(SLACK).expect("it is small"), "{left} bytes are left");
        lake.stop().await.expect("it lives");
        settled(0).await;
    });
}

/// An agent whose handler waits for a door as well.
struct Pond(u64);

#[agent]
impl Pond {
    #[init]
    fn new() -> Self {
        Self(0)
    }

    #[call]
    fn block(&mut self, entered: mpsc::Sender<()>, door: mpsc::Receiver<()>) {
        entered.send(()).expect("somebody waits for it");
        door.recv().expect("somebody opens it");
    }

    #[cast]
    fn pour(&mut self, n: u64) {
        self.0 += n;
    }

    #[call]
    fn level(&self) -> u64 {
        self.0
    }
}

#[test]
fn g06_a_flooded_agent_gives_the_memory_back() {
    let _alone = alone();
    let pond = Pond::start().expect("an agent starts");
    let (open, door) = mpsc::channel();
    let blocked = pond.clone();
    let before = live();
    let (enter, entered) = mpsc::channel();
    let blocked = thread::spawn(move || blocked.block(enter, door).wait());
    entered.recv().expect("it is called");
    let mut poured = 0;
    while !pond.load().is_full() {
        pond.pour(1).send().expect("there is room");
        poured += 1;
    }
    let peak = live() - before;
    open.send(()).expect("it waits for that");
    blocked.join().expect("it does not panic").expect("it is let go");
    assert_eq!(pond.level().wait(), Ok(poured));
    let left = live() - before;
    eprintln!("an agent with {CAPACITY} messages of 8 bytes: {peak} bytes; {left} are left");
    assert!(peak <= isize::try_from(CAPACITY * (8 + OVERHEAD) + SLACK).expect("it is small"), "{peak} bytes");
    assert!(left <= isize::try_from(SLACK / 2).expect("it is small"), "{left} bytes are left");
}

/// However often a server that hangs is asked to end, by whatever way.
#[test]
fn q09_what_ends_a_server_takes_room_but_once() {
    let _alone = alone();
    one_thread().block_on(async {
        let lake = Lake::start().await.expect("there is a runtime");
        let (open, door) = oneshot::channel();
        let blocked = lake.block(door).send().expect("there is room");
        while lake.load().queued != 0 {
            tokio::task::yield_now().await;
        }
        let ask = || {
            lake.sys().terminate(ExitReason::Shutdown).send().expect("it lives");
            lake.stop().send().expect("it lives");
        };
        ask();
        let before = live();
        (0..10_000).for_each(|_| ask());
        let more = live() - before;
        assert!(more <= isize::try_from(SLACK).expect("it is small"), "{more} bytes");
        open.send(()).expect("it waits for that");
        blocked.await.expect("it is let go");
        settled(0).await;
    });
}

/// Whoever looks into an agent that hangs, and gives up, again and again.
#[test]
fn q09_a_look_that_is_given_up_takes_no_room() {
    let _alone = alone();
    let pond = Pond::start().expect("an agent starts");
    let (open, door) = mpsc::channel();
    let (enter, entered) = mpsc::channel();
    let blocked = pond.clone();
    let blocked = thread::spawn(move || blocked.block(enter, door).wait());
    entered.recv().expect("it is called");
    let look = || assert!(pond.with(Pond::level).now_or_never().is_none(), "it hangs");
    look();
    let before = live();
    (0..10_000).for_each(|_| look());
    let more = live() - before;
    assert!(more <= isize::try_from(SLACK).expect("it is small"), "{more} bytes");
    open.send(()).expect("it waits for that");
    blocked.join().expect("it does not panic").expect("it is let go");
}
