//! `Send` and `Sync` of each public type: what is in it decides, and nothing that we say.

use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::MutexGuard;

use callcast::*;

use crate::support::{Worker, WorkerClient};

const fn both<T: ?Sized + Send + Sync>() {}

const fn send<T: ?Sized + Send>() {}

/// `Send` and not `Sync`.
type Single = Cell<u64>;

/// Neither.
type Bound = *const u8;

/// Says whether a type is `Send` and `Sync`: an inherent item goes before that of a trait, where its bounds hold.
struct Is<T: ?Sized>(PhantomData<T>);

trait Not {
    const SEND: bool = false;
    const SYNC: bool = false;
}

impl<T: ?Sized> Not for Is<T> {}

struct IsSync<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized> Not for IsSync<T> {}

impl<T: ?Sized + Send> Is<T> {
    const SEND: bool = true;
}

impl<T: ?Sized + Sync> IsSync<T> {
    const SYNC: bool = true;
}

macro_rules! is {
    ($type:ty) => {
        (<Is<$type>>::SEND, <IsSync<$type>>::SYNC)
    };
}

/// An agent whose state may be used by one thread at a time.
struct Counter(Cell<u64>);

#[callcast::agent]
impl Counter {
    #[init]
    fn new() -> Self {
        Self(Cell::new(0))
    }

    #[call]
    fn get(&self) -> u64 {
        self.0.get()
    }
}

#[test]
fn q02_what_is_public_is_send_and_sync() {
    drop(Counter::start().unwrap());
    both::<WorkerClient>();
    both::<CounterClient>();
    both::<Client>();
    both::<WeakClient<Worker>>();
    both::<WeakClient<Counter>>();
    both::<Agent<Cell<u64>>>();
    both::<Name<Worker>>();
    both::<Name<Counter>>();
    both::<Registry<u64, Worker>>();
    both::<DuplicateRegistry<u64, Counter>>();
    both::<Groups<u64, Worker>>();
    both::<Swap<Worker>>();
    both::<SupervisorClient>();
    both::<Partitions<Worker>>();
    both::<(ServerId, MonitorId, TimerId, Down, Exit, ExitReason, Panic, Failure)>();
    both::<(CallError, CastError, StartError, StopError, Cycle, SupervisorError, ChildError, TaskError)>();
    both::<(Observed, Status, Statistics, TraceEvent, Load, ChildInfo, ChildCounts, Tree, Options)>();
    both::<(Monitor, Stop<'_>, Trace, Backoff, Shutdown, Restart)>();
    send::<(ReplyTo<u64>, ReplyStream<u64>, Replies<u64>, Context<Worker>, SupervisorSpec, Pool<Worker>)>();
    send::<(ReplyTo<Single>, ReplyStream<Single>, Replies<Single>)>();
    send::<(Changes, Snapshots<Counter, u64>, Events<u64>, KeyGuard<u64>, TaskHandle<u64>)>();
}

/// An error has what its content has: nothing is promised of it that the content does not keep.
#[test]
fn q02_errors_are_what_their_content_is() {
    assert_eq!(is!(SendError<u64>), (true, true));
    assert_eq!(is!(SendError<Single>), (true, false));
    assert_eq!(is!(SendError<Bound>), (false, false));
    assert_eq!(is!(SendError<MutexGuard<'static, u64>>), (false, true));
    assert_eq!(is!(CallError<Single>), (true, false));
    assert_eq!(is!(CallError<Bound>), (false, false));
    assert_eq!(is!(StartError<Single>), (true, false));
    assert_eq!(is!(StartError<Bound>), (false, false));
    assert_eq!(is!(StartChildError<Bound>), (false, false));
    assert_eq!(is!(ReplyTo<Bound>), (false, false), "nor a reply");
    assert_eq!(is!(Replies<Bound>), (false, false));
    assert_eq!(is!(Pending<Bound>), (false, false));
    assert_eq!(is!(TaskHandle<Bound>), (false, false));
}
