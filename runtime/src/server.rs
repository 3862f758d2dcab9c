//! The server's engine: a mailbox, and a task that handles one message at a time.

use std::mem;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use crate::client::{Client, Load};
use crate::contain::wake;
use crate::context::Context;
use crate::engine::{Core, Engine, Host, Ran, RuntimeId, Spot, When};
use crate::exit::{ExitReason, Outcome, Panic, drop_contained};
use crate::frame::Frame;
use crate::handler::Handler;
use crate::id::ServerId;
use crate::jobs::Jobs;
use crate::kind::{BackgroundTask, Protocol};
use crate::life::Life;
use crate::live;
use crate::log;
use crate::mailbox::{Batch, Entry, Mailbox, Push, Pushed, Ticket};
use crate::monitors::MonitorId;
use crate::mutants::mutant;
use crate::options::Options;
use crate::protocol::Speaks;
use crate::reply::{ReplyTo, SharedCaller};
use crate::serve::Work;
use crate::stage::Stage;
use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sys::{Access, Question};
use crate::system::{System, SystemQueue};
use crate::timers::TimerId;
use crate::waiting::Limit;
use crate::watch::{Down, Exit};

/// So many queued messages at most are dropped before a server's end is told.
const DROPPED_FIRST: usize = 4096;

/// A server, as its clients and its task share it.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "named by generated code only")]
pub struct ServerEngine<S: BackgroundTask> {
    life: Arc<Life>,
    /// The one that its task runs on, and its handlers' timers and sockets belong to.
    pub(crate) runtime: tokio::runtime::Id,
    pub(crate) mailbox: Mailbox<Item<S>>,
    pub(crate) system: SystemQueue,
    pub(crate) stage: Stage<Box<Frame<S>>, Work<S>>,
    pub(crate) jobs: Jobs,
    /// The clients that there are; the task holds this engine as well, so the `Arc` does not say.
    clients: AtomicUsize,
}

/// What stands in a server's mailbox.
pub(crate) enum Item<S: BackgroundTask> {
    Request(S::Request),
    Cast(S::Cast),
    Info(S::Info),
    Tick(TimerId),
    /// A server that this one monitors has ended.
    Down(MonitorId, Down),
    /// A server that this one is linked to has ended, and it wants to hear of that.
    Exit(Exit),
    /// A look at the state.
    Access(Access<S>),
    /// Answered in its turn, for whoever wants to know that all before it has been handled.
    Fence(ReplyTo<()>),
    Stop(ExitReason),
    /// A job of the server's has panicked, and the server ends with it.
    JobPanicked(Panic),
    /// The last client has gone.
    Unused,
}

impl<S: BackgroundTask> Item<S> {
    /// Whether it does not wait until a suspended server is resumed.
    pub(crate) const fn is_for_the_suspended(&self) -> bool {
        matches!(self, Self::Access(_) | Self::Stop(_) | Self::JobPanicked(_) | Self::Unused)
    }

    /// Whether only the server itself can have sent it.
    const fn is_own(&self) -> bool {
        matches!(self, Self::Info(_) | Self::Tick(_) | Self::Down(..) | Self::Exit(_) | Self::JobPanicked(_))
    }

    /// Whether a handler is for it.
    pub(crate) const fn is_message(&self) -> bool {
        !matches!(
            self,
            Self::Access(_) | Self::Fence(_) | Self::Stop(_) | Self::Unused | Self::JobPanicked(_)
        )
    }
}

type Shared<S> = Arc<Client<ServerEngine<S>>>;

impl<S: BackgroundTask> ServerEngine<S> {
    pub(crate) fn create(life: Arc<Life>, runtime: tokio::runtime::Id) -> Shared<S> {
        Arc::new(Client {
            core: Self {
                life,
                runtime,
                mailbox: Mailbox::new(&S::options()),
                system: SystemQueue::new(),
                stage: Stage::new(),
                jobs: Jobs::default(),
                clients: AtomicUsize::new(0),
            },
        })
    }

    /// A server whose `init` is still to be run: it takes messages, and handles none.
    pub(crate) fn vacant(life: Arc<Life>, runtime: RuntimeId) -> Shared<S> {
        let client = Self::create(life, runtime);
        client.core.stage.leave();
        client
    }

    /// Ends a server that has no state, and is not to have one: at once, or where `init` next waits.
    pub(crate) fn give_up(&self, reason: ExitReason) {
        if self.stage.has_nobody() {
            self.life.begin_exit(reason);
            // A task that is on its way, or has just come, finds that it has nothing to do.
            self.life.kill();
            wake(self.stage.driver());
            self.finish();
        } else if self.life.directory().is_some() {
            // A supervisor stops those that it has started.
            self.request_end(reason);
        } else {
            self.request_kill();
        }
    }

    /// Has a closure run with the state, in its turn; at once, where the server is suspended.
    pub(crate) fn access(&self, access: Access<S>) {
        self.push_free(Item::Access(access));
        self.signal();
    }

    pub(crate) fn is_unused(&self) -> bool {
        S::options().stop_when_unused && self.clients.load(Ordering::Acquire) == 0
    }

    /// Has whoever runs the server look at its system messages before the next of the others.
    pub(crate) fn signal(&self) {
        self.life.signal();
        // After the flag: the task registers its waker first, and then looks at the flag.
        wake(self.stage.driver());
    }

    /// Queues what a job has brought; it needs no room.
    pub(crate) fn deliver(&self, brought: Result<S::Info, Panic>) {
        drop_contained(self.try_deliver(brought));
    }

    /// The same; gives back what a server that has ended does not take.
    pub(crate) fn try_deliver(&self, brought: Result<S::Info, Panic>) -> Option<Item<S>> {
        let has_panicked = brought.is_err();
        let item = brought.map_or_else(Item::JobPanicked, Item::Info);
        let pushed = self.push(item, std::convert::identity, Push::Free, false);
        if has_panicked {
            // A suspended server looks for it.
            self.signal();
        }
        if let Pushed::Closed(item) = pushed { Some(item) } else { None }
    }

    pub(crate) fn push_free(&self, item: Item<S>) {
        if let Pushed::Closed(item) = self.push(item, std::convert::identity, Push::Free, false) {
            drop_contained(item);
        }
    }

    pub(crate) fn push<P>(
        &self,
        payload: P,
        wrap: impl FnOnce(P) -> Item<S>,
        push: Push,
        attended: bool,
    ) -> Pushed<P> {
        let (pushed, evicted) = self.mailbox.push(payload, wrap, push, attended);
        if evicted.is_some() || matches!(pushed, Pushed::Dropped(_)) {
            self.life.count_undelivered(1);
        }
        if let Some(Item::Request(request)) = &evicted
            && let Some(caller) = S::caller(request)
        {
            caller.refuse();
        }
        drop_contained(evicted);
        pushed
    }

    /// Whether somebody has asked for its end, which is to be looked at when the handler that runs is done.
    pub(crate) fn is_asked_to_end(&self) -> bool {
        self.life.is_wanted()
            && (self.system.has_end() || self.mailbox.has(|item| matches!(item, Item::Stop(_))))
    }

    /// Takes no more messages: answers the calls that were queued, and gives back the casts.
    pub(crate) fn close(&self, batch: Batch<Item<S>>) -> Vec<S::Cast> {
        self.system.close();
        self.close_with(batch, self.mailbox.close_now())
    }

    /// Answers the calls of a batch and of what was queued, and gives back the casts.
    fn close_with(&self, batch: Batch<Item<S>>, queued: Batch<Item<S>>) -> Vec<S::Cast> {
        let mut left = self.refuse(batch);
        for (item, accepted) in Mailbox::left(queued) {
            match self.refuse_item(item) {
                Some(cast) if accepted => left.push(cast),
                refused => drop_contained(refused),
            }
        }
        self.life.count_undelivered(u64::try_from(left.len()).unwrap_or(u64::MAX));
        left
    }

    /// Takes no more messages, and keeps what was queued for `terminate`.
    pub(crate) fn shut(&self, ctx: &mut Context<S>) {
        for (item, accepted) in self.mailbox.close() {
            if accepted {
                ctx.batch.get_mut().push_back(Entry::left(item));
            } else {
                drop_contained(self.refuse_item(item));
            }
        }
    }

    /// An `init` has failed, and another may run: what the first has sent to itself is none of the other's business.
    pub(crate) fn forget_attempt(&self) {
        self.mailbox.extract(Item::is_own).into_iter().for_each(drop_contained);
        self.life.forget_attempt();
        // First the word, then the look: whoever asks for a kill does so, and then looks for the word.
        mutant!("server_looks_for_a_kill_before_it_leaves" => {
            let is_killed = self.life.is_killed();
            self.stage.leave();
            if is_killed {
                self.give_up(ExitReason::Killed);
            }
            return;
        });
        self.stage.leave();
        if self.life.is_killed() {
            self.give_up(ExitReason::Killed);
        } else if self.is_asked_to_end() {
            self.give_up(ExitReason::Shutdown);
        }
    }

    /// Everything of the server is gone, or is dropped here: says so to all who wait.
    pub(crate) fn finish(&self) {
        // A start that was under way may have put it there once more.
        live::remove(self.life.id());
        if !self.life.begin_finish() {
            return;
        }
        self.system.close();
        let mut queued = self.mailbox.close_now();
        // Very many would keep the notice waiting: those are dropped behind it.
        let behind = if queued.len() > DROPPED_FIRST { mem::take(&mut queued) } else { Batch::new() };
        self.drop_queued(queued);
        self.stage.forget_driver();
        let report = log::report(&self.life);
        self.life.finish();
        self.drop_queued(behind);
        log::ended(report);
    }

    /// Answers the calls, and drops all.
    fn drop_queued(&self, queued: Batch<Item<S>>) {
        // One by one: of two that panic in their drop, a vector's own drop would abort the process.
        self.close_with(Batch::new(), queued).into_iter().for_each(drop_contained);
    }

    /// Answers the calls of a batch, and gives back the casts.
    pub(crate) fn refuse(&self, batch: Batch<Item<S>>) -> Vec<S::Cast> {
        batch.into_iter().filter_map(|entry| self.refuse_item(entry.message)).collect()
    }

    fn refuse_item(&self, item: Item<S>) -> Option<S::Cast> {
        match item {
            Item::Cast(cast) => return Some(cast),
            Item::Request(request) => {
                if let Some(caller) = S::caller(&request) {
                    caller.end(&self.life.reason().unwrap_or(ExitReason::Normal));
                }
                drop_contained(request);
            }
            item => drop_contained(item),
        }
        None
    }
}

impl<S: BackgroundTask> Spot for ServerEngine<S> {
    fn name(&self) -> &'static str {
        S::NAME
    }

    fn show(&self, look: &mut dyn FnMut(&dyn Core)) {
        look(self);
    }
}

impl<S: BackgroundTask> Core for ServerEngine<S> {
    fn id(&self) -> ServerId {
        self.life.id()
    }

    fn is_alive(&self) -> bool {
        self.life.is_alive()
    }

    fn life(&self) -> &Arc<Life> {
        &self.life
    }

    fn load(&self) -> Load {
        Load { queued: self.mailbox.len(), capacity: self.mailbox.capacity() }
    }

    fn beyond(&self) -> usize {
        self.mailbox.beyond()
    }

    fn enqueued(&self) -> u64 {
        self.mailbox.enqueued()
    }

    fn request_stop(&self, reason: ExitReason, _awaited: bool) {
        // One that is there already comes first.
        drop(self.mailbox.push_stop(Item::Stop(reason)));
        // A suspended server looks for it.
        self.signal();
    }

    fn request_end(&self, reason: ExitReason) {
        self.system.push(System::End(reason));
        self.signal();
    }

    fn request_drain(&self, reason: ExitReason) {
        // One that is sealed or closed is about to end already.
        drop(self.mailbox.seal(Item::Stop(reason)));
        // A suspended server looks for it.
        self.signal();
    }

    fn look_observed(&self) {
        self.life.probe().look(|on| {
            self.life.set_observed(on);
        });
    }

    fn linked_ended(&self, exit: Exit) {
        if S::TRAPS_EXITS {
            self.push_free(Item::Exit(exit));
        } else if exit.reason == ExitReason::Normal {
            self.life.forget_link(exit.id);
        } else {
            self.system.push(System::Linked(exit));
            self.signal();
        }
    }

    fn request_kill(&self) {
        self.life.kill();
        // After the flag: the task registers its waker first, and then looks at the flag.
        if self.stage.has_nobody() {
            self.give_up(ExitReason::Killed);
        } else {
            wake(self.stage.driver());
        }
    }

    fn needs_runtime(&self) -> bool {
        true
    }

    fn attend(&self, _ticket: Ticket, _cx: &TaskContext<'_>) -> bool {
        false
    }

    fn poll_accepted(&self, ticket: Ticket, cx: &TaskContext<'_>) -> Poll<Result<(), ()>> {
        self.mailbox.poll_accepted(ticket, cx)
    }

    fn withdraw(&self, ticket: Ticket) -> bool {
        match self.mailbox.withdraw(ticket) {
            Some(item) => {
                drop_contained(item);
                true
            }
            None => false,
        }
    }

    fn set_suspended(&self, on: bool, done: Question<()>) {
        self.system.push(System::Suspend { on, done });
        self.signal();
    }

    fn sent(&self, _ticket: Ticket) {}

    fn handed(&self, _last: Ticket) {}

    fn casts_run_themselves(&self) -> bool {
        false
    }

    fn retain(&self) {
        // A new client is made of one that is there, or by the task: nothing can be lost meanwhile.
        self.clients.fetch_add(1, Ordering::Relaxed);
    }

    fn release(&self) {
        // AcqRel, so that the last to go sees what the others have sent before they went.
        if self.clients.fetch_sub(1, Ordering::AcqRel) == 1 && S::options().stop_when_unused {
            self.push_free(Item::Unused);
            // A suspended server looks for it.
            self.signal();
        }
    }

    fn fence(&self, done: ReplyTo<()>) {
        self.push_free(Item::Fence(done));
    }

    fn options(&self) -> Options {
        S::options()
    }

    fn as_core(&self) -> &dyn Core {
        self
    }
}

impl<S: BackgroundTask> Host for ServerEngine<S> {
    type Server = S;

    #[inline]
    fn call_now<A: 'static, R: Send + 'static>(
        &self,
        handler: &'static Handler<S, A, R>,
        args: A,
        limit: &Limit,
        when: When,
    ) -> Ran<R, A> {
        let here = when == When::Now && S::options().inline;
        if here { self.run_here(handler, args, *limit) } else { Ran::Later(args) }
    }

    fn cast_now<A: 'static, R: Outcome + 'static>(
        &self,
        _handler: &'static Handler<S, A, R>,
        args: A,
    ) -> Result<(), A> {
        Err(args)
    }
}

impl<S: BackgroundTask + Speaks<P>, P: Protocol> Engine<P> for ServerEngine<S> {
    fn push_request(
        &self,
        request: P::Request,
        _caller: &dyn Fn() -> SharedCaller,
        _mutates: bool,
        push: Push,
        attended: bool,
    ) -> Pushed<P::Request> {
        self.push(request, |request| Item::Request(S::request(request)), push, attended)
    }

    fn push_cast(&self, cast: P::Cast, _mutates: bool, push: Push, attended: bool) -> Pushed<P::Cast> {
        self.push(cast, |cast| Item::Cast(S::cast(cast)), push, attended)
    }
}
