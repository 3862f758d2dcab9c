//! Programs at work: each line is done and noted.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use callcast::prelude::*;
use callcast::{Call, Cast, Pending, Protocol, SendError};
use tokio::runtime::Handle;

use crate::checker::{Cause, Event, Fate};
use crate::programs::{How, Route, Step, Then};
use crate::registers::Register;

/// One order of moments for all threads.
#[derive(Default)]
pub(crate) struct Clock(AtomicU64);

impl Clock {
    pub(crate) fn now(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst)
    }
}

/// A call that has been made: what became of it, or where its answer comes later.
enum Asked {
    Done(Fate),
    Later(Pending<u64>),
}

impl Step {
    fn fate(self, result: Result<u64, CallError>) -> Fate {
        match result {
            Ok(reply) => Fate::Replied(reply),
            Err(CallError::Timeout { started }) if self.may_time_out() => {
                Fate::given_up(started, Cause::TimedOut)
            }
            Err(CallError::WouldBlock) => Fate::Refused(Cause::Unsent),
            Err(error) => Fate::Wrong(format!("{error:?}")),
        }
    }

    fn fate_of_cast(self, result: Result<(), CastError>) -> Fate {
        match result {
            Ok(()) => Fate::Accepted,
            Err(CastError::Timeout) if self.may_time_out() => Fate::Refused(Cause::TimedOut),
            Err(CastError::WouldBlock) => Fate::Refused(Cause::Unsent),
            Err(error) => Fate::Wrong(format!("{error:?}")),
        }
    }

    /// Without a limit of its own it takes no minute, unless it hangs. What was sent and may not be waited for
    /// where it is counts as timed out too.
    fn may_time_out(self) -> bool {
        self.timeout.is_some() || self.how == How::Send(Then::Wait)
    }
}

impl Fate {
    const fn given_up(may_have_run: bool, cause: Cause) -> Self {
        if may_have_run { Self::Unknown(cause) } else { Self::Refused(cause) }
    }

    fn of_unsent<M>(error: SendError<M>) -> Self {
        match error {
            SendError::Full(_) => Self::Refused(Cause::Unsent),
            error => Self::Wrong(error.to_string()),
        }
    }
}

/// Lets others of this thread come first.
pub(crate) async fn pause() {
    let mut paused = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut paused, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Polls as often as that, then drops: what became of it, and when it had been sent.
async fn polls<F: Future + Unpin>(
    mut future: F,
    most: u32,
    clock: &Clock,
    fate_of: impl Fn(F::Output) -> Fate,
) -> (u64, Fate) {
    if most == 0 {
        return (clock.now(), Fate::Refused(Cause::Cancelled));
    }
    // A task that has used up its budget sends at a later poll.
    let sends_at_once = Handle::try_current().is_err();
    let mut sent = u64::MAX;
    for _ in 0..most {
        let polled = poll_fn(|cx| Poll::Ready(Pin::new(&mut future).poll(cx))).await;
        if let Poll::Ready(output) = polled {
            return (sent.min(clock.now()), fate_of(output));
        }
        if sends_at_once {
            sent = sent.min(clock.now());
        }
        pause().await;
    }
    (sent, Fate::Unknown(Cause::Cancelled))
}

async fn ask<P: Protocol, A: Send + 'static>(
    call: Call<'_, P, A, u64>,
    step: Step,
    clock: &Clock,
) -> (u64, Asked) {
    let call = match step.timeout {
        Some(limit) => call.timeout(limit),
        None => call,
    };
    let fate = match step.how {
        How::Await => step.fate(call.await),
        How::Wait => step.fate(call.wait()),
        How::Polls(most) => {
            let (sent, fate) = polls(call, most, clock, |result| step.fate(result)).await;
            return (sent, Asked::Done(fate));
        }
        How::Send(then) => {
            let pending = call.send().map_err(Fate::of_unsent);
            let sent = clock.now();
            let asked = match pending {
                Ok(pending) => await_sent(pending, step, then, clock).await,
                Err(fate) => Asked::Done(fate),
            };
            return (sent, asked);
        }
    };
    (clock.now(), Asked::Done(fate))
}

async fn await_sent(pending: Pending<u64>, step: Step, then: Then, clock: &Clock) -> Asked {
    Asked::Done(match then {
        Then::Await => step.fate(pending.await),
        Then::Wait => step.fate(pending.wait()),
        Then::AwaitLater => return Asked::Later(pending),
        Then::Polls(0) | Then::Drop => {
            drop(pending);
            Fate::Unknown(Cause::Cancelled)
        }
        Then::Polls(most) => polls(pending, most, clock, |result| step.fate(result)).await.1,
        Then::Detach => {
            pending.detach();
            Fate::Accepted
        }
    })
}

async fn tell<P: Protocol, A: Send + 'static>(
    cast: Cast<'_, P, A>,
    step: Step,
    clock: &Clock,
) -> (u64, Fate) {
    let cast = match step.timeout {
        Some(limit) => cast.timeout(limit),
        None => cast,
    };
    let fate = match step.how {
        How::Await => step.fate_of_cast(cast.await),
        How::Wait => step.fate_of_cast(cast.wait()),
        How::Polls(most) => return polls(cast, most, clock, |result| step.fate_of_cast(result)).await,
        How::Send(_) => cast.send().map_or_else(Fate::of_unsent, |()| Fate::Accepted),
    };
    (clock.now(), fate)
}

/// Does what a program says, and notes it.
pub(crate) async fn perform<R: Register>(register: R, program: Vec<Step>, clock: Arc<Clock>) -> Vec<Event> {
    let mut events = Vec::new();
    let mut later = Vec::new();
    for step in program {
        let call = clock.now();
        let (sent, asked) = match step.route {
            Route::Get => ask(register.get(step.work), step, &clock).await,
            Route::Read => {
                let most = if let How::Polls(most) = step.how { most } else { u32::MAX };
                let (sent, fate) = polls(register.read(), most, &clock, |result| step.fate(result)).await;
                (sent, Asked::Done(fate))
            }
            Route::Change => ask(register.change(step.op, step.work), step, &clock).await,
            Route::ChangeSlowly => ask(register.change_slowly(step.op, step.work), step, &clock).await,
            Route::Cast => {
                let (sent, fate) = tell(register.cast(step.op, step.work), step, &clock).await;
                (sent, Asked::Done(fate))
            }
        };
        let mut event = Event { op: step.op, call, sent, fate: Fate::Unknown(Cause::Cancelled), step };
        match asked {
            Asked::Done(fate) => {
                event.fate = fate;
                events.push(event);
            }
            Asked::Later(pending) => later.push((event, pending)),
        }
    }
    // Replies come in any order.
    for (mut event, pending) in later.into_iter().rev() {
        event.fate = event.step.fate(pending.await);
        events.push(event);
    }
    events
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Awaits on a plain thread, with no runtime to be seen.
pub(crate) fn block_here<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        thread::park();
    }
}
