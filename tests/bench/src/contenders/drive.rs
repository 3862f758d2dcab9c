//! What surrounds the counters, the same for all: who calls them, and how the sums are checked.

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use crate::memory;
use crate::meter::{Meter, Sample};

/// A client of a counter that starts at zero.
pub(crate) trait Counter: Clone + Send + Sync + 'static {
    /// Whether what one sender sends is handled in that order.
    const KEEPS_ORDER: bool = true;

    /// A call: returns the new sum.
    fn add(&self, n: u64) -> impl Future<Output = u64> + Send;

    /// The same, handled by an `async fn` that does not wait, where that is another thing than a plain one.
    fn add_async(&self, n: u64) -> impl Future<Output = u64> + Send {
        self.add(n)
    }

    /// The same, handled by an `async fn` that yields once.
    fn add_waiting(&self, n: u64) -> impl Future<Output = u64> + Send;

    /// A call: returns the sum.
    fn get(&self) -> impl Future<Output = u64> + Send;

    /// A cast: adds, and nobody waits for the sum.
    fn post(&self, n: u64) -> impl Future<Output = ()> + Send;

    /// How many messages have gone through a queue, if it can tell.
    fn queued(&self) -> Option<u64> {
        None
    }
}

/// A counter whose calls are [`Counter::add_async`].
#[derive(Clone)]
pub(crate) struct Async<C>(pub(crate) C);

/// A counter whose calls are [`Counter::add_waiting`].
#[derive(Clone)]
pub(crate) struct Waiting<C>(pub(crate) C);

/// Writes a counter that differs from the one within by what a call is.
macro_rules! with_other_add {
    ($counter:ident, $add:ident) => {
        impl<C: Counter> Counter for $counter<C> {
            const KEEPS_ORDER: bool = C::KEEPS_ORDER;

            fn add(&self, n: u64) -> impl Future<Output = u64> + Send {
                self.0.$add(n)
            }

            fn add_waiting(&self, n: u64) -> impl Future<Output = u64> + Send {
                self.0.add_waiting(n)
            }

            fn get(&self) -> impl Future<Output = u64> + Send {
                self.0.get()
            }

            fn post(&self, n: u64) -> impl Future<Output = ()> + Send {
                self.0.post(n)
            }

            fn queued(&self) -> Option<u64> {
                self.0.queued()
            }
        }
    };
}

with_other_add!(Async, add_async);
with_other_add!(Waiting, add_waiting);

/// A server that can be started and stopped.
pub(crate) trait Life {
    /// What keeps it alive, or at least reaches it.
    type Client: Send;

    fn start() -> impl Future<Output = Self::Client> + Send;

    /// Stops it, and waits until it has ended.
    fn stop(client: Self::Client) -> impl Future<Output = ()> + Send;
}

/// A client of a server that hands tokens on.
pub(crate) trait Node: Clone + Send + Sync + 'static {
    /// Starts a server that says so when a token has no hops left.
    fn start(done: UnboundedSender<()>) -> impl Future<Output = Self> + Send;

    /// A call: tells the server to whom it hands tokens on.
    ///
    /// It is awaited so that all servers are idle when the first token comes. Tokens that meet on their way stay together
    /// ever after, and then a server that is woken for one finds all of them.
    fn meet(&self, next: Self) -> impl Future<Output = ()> + Send;

    /// A cast: the token has so many hops left when it arrives.
    fn token(&self, hops: u64) -> impl Future<Output = ()> + Send;
}

pub(crate) async fn calls<C: Counter>(counter: C, n: u64) -> Sample {
    let before = counter.queued();
    let mut sum = 0;
    let meter = Meter::start();
    for _ in 0..n {
        sum = counter.add(1).await;
    }
    let sample = meter.stop(n);
    assert_eq!(sum, n, "a call was lost, or handled twice");
    sample.with_queued(since(before, counter.queued()))
}

pub(crate) async fn callers<C: Counter>(counter: C, callers: u64, n: u64) -> Sample {
    let before = counter.queued();
    let meter = Meter::start();
    let mut tasks = JoinSet::new();
    for _ in 0..callers {
        let counter = counter.clone();
        tasks.spawn(async move {
            for _ in 0..n / callers {
                counter.add(1).await;
            }
        });
    }
    tasks.join_all().await;
    let sample = meter.stop(n).with_queued(since(before, counter.queued()));
    assert_eq!(counter.get().await, n, "a call was lost, or handled twice");
    sample
}

/// Eight callers; one call in twenty is no read.
pub(crate) async fn readers<C: Counter>(counter: C, n: u64) -> Sample {
    const CALLERS: u64 = 8;
    let share = n / CALLERS;
    let before = counter.queued();
    let meter = Meter::start();
    let mut tasks = JoinSet::new();
    for _ in 0..CALLERS {
        let counter = counter.clone();
        tasks.spawn(async move {
            for turn in 0..share {
                if turn % 20 == 0 {
                    counter.add(1).await
                } else {
                    counter.get().await
                };
            }
        });
    }
    tasks.join_all().await;
    let sample = meter.stop(n).with_queued(since(before, counter.queued()));
    assert_eq!(counter.get().await, CALLERS * share.div_ceil(20), "a call was lost, or handled twice");
    sample
}

pub(crate) async fn casts<C: Counter>(counter: C, n: u64) -> Sample {
    let meter = Meter::start();
    for _ in 0..n {
        counter.post(1).await;
    }
    let sum = fence(&counter, n).await;
    let sample = meter.stop(n);
    assert_eq!(sum, n, "a cast was lost, handled twice, or overtaken");
    sample
}

/// Asks for the sum once all casts are handled: with one call, since that does not overtake them.
///
/// Where it may, it is made again; a cast that was lost is then found by the watchdog.
async fn fence<C: Counter>(counter: &C, sum: u64) -> u64 {
    loop {
        let found = counter.get().await;
        if C::KEEPS_ORDER || found == sum {
            return found;
        }
    }
}

/// Four tasks cast; all has been accepted before the call that waits for it is made.
pub(crate) async fn producers<C: Counter>(counter: C, n: u64) -> Sample {
    const PRODUCERS: u64 = 4;
    let meter = Meter::start();
    let mut tasks = JoinSet::new();
    for _ in 0..PRODUCERS {
        let counter = counter.clone();
        tasks.spawn(async move {
            for _ in 0..n / PRODUCERS {
                counter.post(1).await;
            }
        });
    }
    tasks.join_all().await;
    let sum = fence(&counter, n).await;
    let sample = meter.stop(n);
    assert_eq!(sum, n, "a cast was lost, handled twice, or overtaken");
    sample
}

/// Tokens go round until they have made all their hops: between two servers it is a game of ping-pong.
pub(crate) async fn ring<N: Node>(size: usize, tokens: usize, n: u64) -> Sample {
    let (done, mut ended) = unbounded_channel();
    let mut nodes = Vec::with_capacity(size);
    for _ in 0..size {
        nodes.push(N::start(done.clone()).await);
    }
    for (index, node) in nodes.iter().enumerate() {
        node.meet(nodes[(index + 1) % size].clone()).await;
    }
    let hops = n / tokens as u64;
    let meter = Meter::start();
    for node in nodes.iter().step_by(size / tokens).take(tokens) {
        node.token(hops - 1).await;
    }
    for _ in 0..tokens {
        ended.recv().await.expect("the nodes hold its other end");
    }
    let sample = meter.stop(n);
    assert!(ended.is_empty(), "a token was handled twice");
    sample
}

pub(crate) async fn lives<L: Life>(n: u64) -> Sample {
    let meter = Meter::start();
    for _ in 0..n {
        L::stop(L::start().await).await;
    }
    meter.stop(n)
}

/// Starts them, keeps a client of each, and looks at how much memory the process has got since.
pub(crate) async fn idle<L: Life>(n: u64) -> Sample {
    const THIS: &str = "self";
    // One that is not counted: what all share is there before.
    let first = L::start().await;
    let mut clients = Vec::with_capacity(usize::try_from(n).expect("it is a number of instances"));
    let before = memory::resident(THIS);
    for _ in 0..n {
        clients.push(L::start().await);
    }
    let after = memory::resident(THIS);
    drop((first, clients));
    Sample::of_memory(after.saturating_sub(before), n)
}

fn since(before: Option<u64>, after: Option<u64>) -> Option<u64> {
    after.zip(before).map(|(after, before)| after - before)
}
