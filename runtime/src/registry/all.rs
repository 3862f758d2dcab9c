//! Messages to all servers under one key of a duplicate registry.

use std::borrow::Borrow;
use std::future::Future;
use std::hash::Hash;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use crate::call::Call;
use crate::cast::Cast;
use crate::contain::wake;
use crate::error::{CallError, CastError};
use crate::id::ServerId;
use crate::kind::Protocol;
use crate::registry::{Duplicate, Registry};
use crate::sync::Lock;
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::unpack::Unpack;

/// What many servers have said to one message: see [`Registry::call_all`].
///
/// Nothing has to be done with it: that one of many could not be told is often no matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers<T, E> {
    /// What was answered, and by whom.
    pub ok: Vec<(ServerId, T)>,
    /// What went wrong, and with whom.
    pub failed: Vec<(ServerId, E)>,
}

impl<K, S, V> Registry<K, S, V, Duplicate>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    S: Protocol,
    V: Clone + Send + Sync + 'static,
{
    /// Casts to all servers under a key, to all at the same time.
    ///
    /// The closure gives the cast to each client; it runs once for each entry, before the first cast is sent, and not at
    /// all where there is none. A server with several entries under the key gets as many casts. Where a mailbox is full,
    /// the others do not wait for it: the whole takes as long as the slowest.
    ///
    /// # Cancel safety
    ///
    /// All casts are sent when the future is polled first, but for those that wait for room: dropping it takes these back. A
    /// task that has used up its budget of tokio's sends the rest when it is polled again.
    pub async fn dispatch<Q, A>(
        &self,
        key: &Q,
        cast: impl Fn(&S::Client) -> Cast<'_, S, A>,
    ) -> Answers<(), CastError>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
        A: 'static,
    {
        let members = self.members(key);
        let casts = All::new(members.iter().map(|(id, client)| (*id, cast(client))));
        // Not to be kept while we wait: what is sent need not be `Send`.
        drop(cast);
        casts.await
    }

    /// Calls all servers under a key, all at the same time, and waits for the last answer.
    ///
    /// The closure gives the call to each client, as for [`dispatch`](Self::dispatch). Each call has its own time: one that
    /// is not answered fails at its timeout, and the whole takes as long as the slowest.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops each call that has not been answered: it is handled once or not at all.
    pub async fn call_all<Q, A, R, M>(
        &self,
        key: &Q,
        call: impl Fn(&S::Client) -> Call<'_, S, A, R, M>,
    ) -> Answers<M::Value, CallError<M::Error>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
        A: 'static,
        R: Send + 'static,
        M: Unpack<R>,
    {
        let members = self.members(key);
        let calls = All::new(members.iter().map(|(id, client)| (*id, call(client))));
        drop(call);
        calls.await
    }

    pub(crate) fn members<Q>(&self, key: &Q) -> Vec<(ServerId, S::Client)>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let rows = self.tables.all(key);
        rows.iter().filter_map(|row| Some((row.id(), row.client()?))).collect()
    }
}

/// Many calls or casts: begins all before the first is waited for, and waits for all.
///
/// Without a bound, and without a name that leads back to a message's types, as a [`Starting`](crate::Starting): it is
/// part of the user's futures.
struct All<F, T, E> {
    members: Vec<Member<F, T, E>>,
    woken: Arc<Woken>,
    /// How many are not done.
    left: usize,
}

/// One of many, and what it has come to.
struct Member<F, T, E> {
    id: ServerId,
    future: F,
    output: Option<Result<T, E>>,
    wakes: Arc<Wakes>,
}

/// Who is to be polled, and whose task that is: of many that wait, only those are polled that have been woken.
struct Woken(Lock<(Vec<usize>, Option<Waker>)>);

/// The waker of one of them.
struct Wakes {
    index: usize,
    /// Whether it stands among the woken already.
    is_noted: AtomicBool,
    woken: Arc<Woken>,
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        if self.is_noted.swap(true, Ordering::AcqRel) {
            return;
        }
        let waker = {
            let mut woken = self.woken.0.lock();
            woken.0.push(self.index);
            woken.1.take()
        };
        wake(waker);
    }
}

impl<F: Future<Output = Result<T, E>> + Unpin, T, E> Member<F, T, E> {
    /// Polls it, if it is not done; says whether it is done now.
    fn poll(&mut self) -> bool {
        // First this, then the poll: what wakes it from now on is seen.
        self.wakes.is_noted.store(false, Ordering::Release);
        if self.output.is_some() {
            return false;
        }
        let waker = Waker::from(Arc::clone(&self.wakes));
        match Pin::new(&mut self.future).poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => self.output = Some(output),
            Poll::Pending => return false,
        }
        true
    }
}

impl<F, T, E> All<F, T, E> {
    fn new(futures: impl Iterator<Item = (ServerId, F)>) -> Self {
        let woken = Arc::new(Woken(Lock::new((Vec::new(), None))));
        let member = |(index, (id, future))| {
            let wakes = Wakes { index, is_noted: AtomicBool::new(true), woken: Arc::clone(&woken) };
            Member { id, future, output: None, wakes: Arc::new(wakes) }
        };
        let members: Vec<_> = futures.enumerate().map(member).collect();
        let left = members.len();
        // All are begun, in their order, when this is polled first.
        woken.0.lock().0.extend(0..left);
        Self { members, woken, left }
    }

    fn answers(&mut self) -> Answers<T, E> {
        let mut answers = Answers { ok: Vec::new(), failed: Vec::new() };
        for Member { id, output, .. } in std::mem::take(&mut self.members) {
            match output {
                Some(Ok(value)) => answers.ok.push((id, value)),
                Some(Err(error)) => answers.failed.push((id, error)),
                None => {}
            }
        }
        answers
    }
}

impl<F: Future<Output = Result<T, E>> + Unpin, T, E> Future for All<F, T, E> {
    type Output = Answers<T, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Answers<T, E>> {
        let (ready, earlier) = {
            let mut woken = self.woken.0.lock();
            let earlier = woken.1.replace(cx.waker().clone());
            (std::mem::take(&mut woken.0), earlier)
        };
        drop(earlier);
        for index in ready {
            let is_done = self.members.get_mut(index).is_some_and(Member::poll);
            self.left -= usize::from(is_done);
        }
        if self.left == 0 { Poll::Ready(self.answers()) } else { Poll::Pending }
    }
}

// Nothing in it is pinned: a call and a cast need not be.
impl<F, T, E> Unpin for All<F, T, E> {}
