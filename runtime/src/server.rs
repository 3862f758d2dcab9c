//! The server's engine: a mailbox, and a task that handles one message at a time.

use std::future::Future;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, Waker};

use crate::call::{Begun, Limit, Waiting};
use crate::cast::BegunCast;
use crate::client::{Client, Core, Engine, Load};
use crate::current::{self, Activity};
use crate::deadlock::Edge;
use crate::driver::Driver;
use crate::error::{CallError, CastError, SendError};
use crate::exit::{ExitReason, Panic, drop_contained};
use crate::jobs::Jobs;
use crate::kind::BackgroundTask;
use crate::life::Life;
use crate::mailbox::{Mailbox, Push, Pushed, Ticket};
use crate::op::{CallOp, CastOp};
use crate::options::Options;
use crate::reply::{Caller, ReplyTo, Slot};
use crate::sync::Lock;
use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::time::Instant;
use crate::timers::TimerId;

/// A server, as its clients and its task share it.
#[doc(hidden)]
pub struct ServerEngine<S: BackgroundTask> {
    life: Arc<Life>,
    pub(crate) options: Options,
    pub(crate) mailbox: Mailbox<Item<S>>,
    pub(crate) jobs: Jobs,
    /// The clients that there are; the task holds this engine as well, so the `Arc` does not say.
    clients: AtomicUsize,
    /// Wakes the task for a kill, whatever it waits for.
    driver: Lock<Option<Waker>>,
}

/// What stands in a server's mailbox.
pub(crate) enum Item<S: BackgroundTask> {
    Request { request: S::Request, caller: Arc<dyn Caller> },
    Cast(S::Cast),
    Info(S::Info),
    Tick(TimerId),
    Stop(ExitReason),
    /// A job of the server's has panicked, and the server ends with it.
    JobPanicked(Panic),
    /// The last client has gone.
    Unused,
}

type Shared<S> = Arc<Client<ServerEngine<S>>>;

impl<S: BackgroundTask> ServerEngine<S> {
    pub(crate) fn create(options: Options) -> Shared<S> {
        Arc::new(Client {
            core: Self {
                life: Life::new(S::NAME),
                mailbox: Mailbox::new(&options),
                options,
                jobs: Jobs::default(),
                clients: AtomicUsize::new(0),
                driver: Lock::new(None),
            },
        })
    }

    /// Runs a server on the runtime that is here.
    pub(crate) fn spawn<F>(client: Shared<S>, runtime: &tokio::runtime::Handle, life: F)
    where
        F: Future<Output = Option<crate::driver::LastWord>> + Send + 'static,
    {
        drop(runtime.spawn(Driver::new(client, Box::pin(life))));
    }

    pub(crate) fn is_unused(&self) -> bool {
        self.options.stop_when_unused && self.clients.load(Ordering::Acquire) == 0
    }

    /// The task, to be woken for a kill.
    pub(crate) fn register_driver(&self, cx: &TaskContext<'_>) {
        let mut driver = self.driver.lock();
        if driver.as_ref().is_none_or(|waker| !waker.will_wake(cx.waker())) {
            *driver = Some(cx.waker().clone());
        }
    }

    /// Queues what a job has brought; it needs no room.
    pub(crate) fn deliver(&self, brought: Result<S::Info, Panic>) {
        let item = match brought {
            Ok(info) => Item::Info(info),
            Err(panic) => Item::JobPanicked(panic),
        };
        self.push_free(item);
    }

    pub(crate) fn push_free(&self, item: Item<S>) {
        if let Pushed::Closed(item) = self.mailbox.push(item, std::convert::identity, Push::Free, false) {
            drop_contained(item);
        }
    }

    /// A message had to go to make room for another.
    pub(crate) fn evict(&self, dropped: Option<Item<S>>) {
        let Some(item) = dropped else { return };
        self.life.count_undelivered(1);
        if let Item::Request { caller, .. } = &item {
            caller.refuse();
        }
        drop_contained(item);
    }

    /// Takes no more messages: answers the calls that were queued, and gives back the casts.
    pub(crate) fn close(&self) -> Vec<S::Cast> {
        let reason = self.life.reason().unwrap_or(ExitReason::Normal);
        let mut left = Vec::new();
        for item in self.mailbox.close() {
            match item {
                Item::Cast(cast) => left.push(cast),
                Item::Request { request, caller } => {
                    caller.end(&reason);
                    drop_contained(request);
                }
                item => drop_contained(item),
            }
        }
        self.life.count_undelivered(u64::try_from(left.len()).unwrap_or(u64::MAX));
        left
    }

    fn push_call<A: Send + 'static, R: Send + 'static>(
        &self,
        op: &'static CallOp<S, A, R>,
        args: A,
        slot: &Arc<Slot<R>>,
        push: Push,
    ) -> Pushed<S::Request, Item<S>> {
        let reply = ReplyTo::new(Arc::clone(slot), Arc::clone(&self.life));
        let caller: Arc<dyn Caller> = Arc::<Slot<R>>::clone(slot);
        self.mailbox.push((op.request)(args, reply), |request| Item::Request { request, caller }, push, true)
    }

    fn slot<A: Send + 'static, R: Send + 'static>(
        &self,
        op: &'static CallOp<S, A, R>,
        limit: Limit,
        activity: Option<&Activity>,
    ) -> (Arc<Slot<R>>, Option<Instant>) {
        let timeout = op.timeout.map_or(self.options.timeout, |timeout| timeout());
        let deadline = limit.deadline(timeout, activity);
        (Slot::new(deadline, op.always), deadline)
    }

    /// Notes that a handler waits for this server, before the message is sent.
    fn wait_for<R>(&self, slot: &Slot<R>, activity: Option<&Activity>) -> Result<(), CallError> {
        let Some(activity) = activity else { return Ok(()) };
        let edge = Edge::new(activity, self.life.id(), self.life.name()).map_err(CallError::Deadlock)?;
        slot.set_edge(edge);
        Ok(())
    }

    /// Whether the sender would wait for room that only its own handler's end can make.
    fn would_wait_for_itself(&self) -> bool {
        self.options.overflow == crate::Overflow::Wait
            && current::activity()
                .is_some_and(|activity| activity.server == self.life.id() && activity.occupies_server)
    }
}

impl<S: BackgroundTask> Core for ServerEngine<S> {
    fn life(&self) -> &Arc<Life> {
        &self.life
    }

    fn load(&self) -> Load {
        Load { queued: self.mailbox.len(), capacity: self.mailbox.capacity() }
    }

    fn request_stop(&self, reason: ExitReason) {
        self.push_free(Item::Stop(reason));
    }

    fn request_kill(&self) {
        self.life.kill();
        // After the flag: the task registers its waker first, and then looks at the flag.
        let driver = self.driver.lock().take();
        if let Some(driver) = driver {
            driver.wake();
        }
    }

    fn needs_runtime(&self) -> bool {
        true
    }

    fn attend(&self, _ticket: Ticket, _cx: &TaskContext<'_>) {}

    fn withdraw(&self, ticket: Ticket) -> bool {
        match self.mailbox.withdraw(ticket) {
            Some(item) => {
                drop_contained(item);
                true
            }
            None => false,
        }
    }
}

impl<S: BackgroundTask> Engine<S> for ServerEngine<S> {
    fn begin_call<A: Send + 'static, R: Send + 'static>(
        client: &Shared<S>,
        op: &'static CallOp<S, A, R>,
        args: A,
        limit: Limit,
    ) -> Begun<R> {
        let this = &client.core;
        let activity = match current::may_call(&this.life) {
            Ok(activity) => activity,
            Err(error) => return Begun::Done(Err(error)),
        };
        let (slot, deadline) = this.slot(op, limit, activity.as_deref());
        if let Err(error) = this.wait_for(&slot, activity.as_deref()) {
            return Begun::Done(Err(error));
        }
        match this.push_call(op, args, &slot, Push::Policy) {
            Pushed::Accepted(ticket, dropped) => {
                this.evict(dropped);
                Begun::Sent(Waiting::new(slot, ticket, deadline))
            }
            Pushed::Waiting(ticket) => Begun::Sent(Waiting::new(slot, ticket, deadline)),
            Pushed::Closed(request) => {
                drop_contained(request);
                Begun::Done(Err(CallError::NoProc))
            }
            Pushed::Full(request) => {
                drop_contained(request);
                Begun::Done(Err(CallError::Full))
            }
            Pushed::Dropped(request) => {
                this.life.count_undelivered(1);
                drop_contained(request);
                Begun::Done(Err(CallError::Full))
            }
        }
    }

    fn send_call<A: Send + 'static, R: Send + 'static>(
        client: &Shared<S>,
        op: &'static CallOp<S, A, R>,
        args: A,
        limit: Limit,
    ) -> Result<(Arc<Slot<R>>, Ticket), SendError<S::Call>> {
        let this = &client.core;
        let (slot, _) = this.slot(op, limit, current::activity().as_deref());
        if current::is_inside_agent() {
            let reply = ReplyTo::new(slot, Arc::clone(&this.life));
            return Err(SendError::InsideAgent((op.request)(args, reply).into()));
        }
        match this.push_call(op, args, &slot, Push::Now) {
            Pushed::Accepted(ticket, dropped) => {
                this.evict(dropped);
                Ok((slot, ticket))
            }
            Pushed::Waiting(ticket) => Ok((slot, ticket)),
            Pushed::Closed(request) => Err(SendError::NoProc(request.into())),
            Pushed::Full(request) | Pushed::Dropped(request) => Err(SendError::Full(request.into())),
        }
    }

    fn begin_cast<A: Send + 'static>(
        client: &Shared<S>,
        op: &'static CastOp<S, A>,
        args: A,
        limit: Limit,
    ) -> BegunCast {
        let this = &client.core;
        // Neither an agent's handler nor the server's own can wait for room.
        let own = this.would_wait_for_itself();
        let push = if own || current::is_inside_agent() { Push::Now } else { Push::Policy };
        let result = match this.mailbox.push((op.message)(args), Item::Cast, push, true) {
            Pushed::Accepted(_, dropped) => {
                this.evict(dropped);
                Ok(())
            }
            Pushed::Waiting(ticket) => {
                let deadline = limit.deadline(this.options.timeout, current::activity().as_deref());
                return BegunCast::Waiting { ticket, deadline };
            }
            Pushed::Closed(cast) => {
                drop_contained(cast);
                Err(CastError::NoProc)
            }
            Pushed::Full(cast) => {
                drop_contained(cast);
                Err(if own { CastError::CallingSelf } else { CastError::Full })
            }
            Pushed::Dropped(cast) => {
                this.life.count_undelivered(1);
                drop_contained(cast);
                Ok(())
            }
        };
        BegunCast::Done(result)
    }

    fn send_cast<A: Send + 'static>(
        client: &Shared<S>,
        op: &'static CastOp<S, A>,
        args: A,
    ) -> Result<(), SendError<S::Cast>> {
        let this = &client.core;
        match this.mailbox.push((op.message)(args), Item::Cast, Push::Now, true) {
            Pushed::Accepted(_, dropped) => {
                this.evict(dropped);
                Ok(())
            }
            Pushed::Waiting(_) => Ok(()),
            Pushed::Closed(cast) => Err(SendError::NoProc(cast)),
            Pushed::Full(cast) => Err(SendError::Full(cast)),
            Pushed::Dropped(cast) => {
                this.life.count_undelivered(1);
                drop_contained(cast);
                Ok(())
            }
        }
    }

    fn poll_accepted(&self, ticket: Ticket, cx: &TaskContext<'_>) -> Poll<Result<(), ()>> {
        self.mailbox.poll_accepted(ticket, cx)
    }

    fn retain(&self) {
        // A new client is made of one that is there, or by the task: nothing can be lost meanwhile.
        self.clients.fetch_add(1, Ordering::Relaxed);
    }

    fn release(&self) {
        // AcqRel, so that the last to go sees what the others have sent before they went.
        if self.clients.fetch_sub(1, Ordering::AcqRel) == 1 && self.options.stop_when_unused {
            self.push_free(Item::Unused);
        }
    }
}

