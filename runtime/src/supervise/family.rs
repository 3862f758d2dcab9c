//! A supervisor's children, and what it does with them: the rules say what, this does it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::future::poll_fn;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Weak};
use std::task::Poll;

use crate::client::Client;
use crate::context::Context;
use crate::engine::Core;
use crate::exit::ExitReason;
use crate::id::ServerId;
use crate::log;
use crate::server::{Item, ServerEngine};
use crate::supervise::child::{AnyServer, Attempt, Child, Outcome};
use crate::supervise::directory::{ChildStatus, Directory};
use crate::supervise::elsewhere;
use crate::supervise::error::SupervisorError;
use crate::supervise::member::{Asked, Member};
use crate::supervise::policy::Shutdown;
use crate::supervise::post::Parent;
use crate::supervise::rules::{Action, Event, GiveUp, No, Refused, Rules, Status};
use crate::supervise::stop::{self, Starting, Stopping};
use crate::supervise::supervisor::{Supervisor, SupervisorInfo};
use crate::time::Instant;
use crate::timers::TimerId;

type Ctx = Context<Supervisor>;

/// The children of one incarnation of a supervisor.
pub(crate) struct Family {
    rules: Rules,
    members: BTreeMap<No, Member>,
    /// The children by their incarnations, those that have ended last included.
    servers: HashMap<ServerId, No>,
    pub(crate) directory: Arc<Directory>,
    /// Whether children have to do with each other.
    is_group: bool,
    next: No,
    began: Instant,
    parent: Parent,
    me: Weak<Client<ServerEngine<Supervisor>>>,
    /// Those that it has told to end because it does.
    leaving: Vec<AnyServer>,
    /// Those that it knows no more, and that end when their task is polled next: an `init` whose time was over.
    forgotten: Vec<Weak<Client<dyn Core>>>,
    /// The starts that run, each on a task of its own: an agent that has been killed is gone, but not its `init`.
    attempts: HashMap<No, Starting>,
}

impl Family {
    pub(crate) fn new(
        rules: Rules,
        is_group: bool,
        directory: Arc<Directory>,
        me: &Arc<Client<ServerEngine<Supervisor>>>,
    ) -> Self {
        let parent = Parent { id: me.core.id(), runtime: Some(me.core.runtime) };
        Self {
            rules,
            is_group,
            members: BTreeMap::new(),
            servers: HashMap::new(),
            directory,
            next: 0,
            began: Instant::now(),
            parent,
            me: Arc::downgrade(me),
            leaving: Vec::new(),
            forgotten: Vec::new(),
            attempts: HashMap::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.rules.len()
    }

    pub(crate) fn status(&self, no: No) -> Option<Status> {
        self.rules.status(no)
    }

    /// The child whose incarnation this is or was last.
    pub(crate) fn number(&self, server: ServerId) -> Option<No> {
        self.servers.get(&server).copied()
    }

    pub(crate) fn may_restart(&self, no: No) -> Result<(), Refused> {
        self.rules.may_restart(no)
    }

    pub(crate) fn may_delete(&self, no: No) -> Result<(), Refused> {
        self.rules.may_delete(no)
    }

    /// The incarnation of a child that is or was there last.
    pub(crate) fn server(&self, no: No) -> Option<ServerId> {
        Some(self.members.get(&no)?.server.as_ref()?.core.id())
    }

    /// Takes a child in, to be started by the event of its number.
    pub(crate) fn take_in(&mut self, child: Box<dyn Child>) -> Event {
        let no = self.next;
        self.next += 1;
        child.adopt(self.parent);
        let about = child.about().clone();
        let event = Event::Add { no, restart: about.restart, significant: about.significant };
        self.directory.add(no, about, child.post());
        self.members.insert(no, Member::new(child));
        event
    }

    /// Does what the rules say to an event, and to those that come of that.
    pub(crate) fn apply(&mut self, event: Event, ctx: &mut Ctx) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            let (touched, restarts) = (event.no(), self.rules.restarts());
            if matches!(event, Event::Ended { .. } | Event::StartFailed { .. }) {
                self.set_limit(touched, None, ctx);
            }
            for action in self.rules.apply(event) {
                self.perform(action, &mut events, ctx);
                self.settle(action.no().unwrap_or(touched));
            }
            self.settle(touched);
            if self.is_group && self.rules.restarts() != restarts {
                // Siblings have not been touched, and wait for each other by now.
                let numbers: Vec<_> = self.rules.numbers().collect();
                for no in numbers {
                    self.settle(no);
                }
            }
        }
    }

    fn perform(&mut self, action: Action, events: &mut VecDeque<Event>, ctx: &mut Ctx) {
        // Whatever is done with a child ends the delay before its start.
        if let Some(member) = action.no().and_then(|no| self.members.get_mut(&no))
            && let Some(timer) = member.delay.take()
        {
            ctx.cancel(timer);
        }
        match action {
            Action::Start { no } => match self.begin(no, false) {
                Some((server, attempt)) => self.run(no, server, attempt),
                None => events.push_back(Event::StartFailed { no, at: self.began.elapsed() }),
            },
            Action::Delay { no, failures } => match self.delay(no, failures) {
                Some(delay) => {
                    let timer = ctx.send_after(delay, SupervisorInfo::due(no));
                    if let Some(member) = self.members.get_mut(&no) {
                        member.delay = Some(timer);
                    }
                }
                None => events.push_back(Event::Due { no }),
            },
            Action::Stop { no, comes_back } => self.stop(no, comes_back, ctx),
            Action::Vacate { no } => self.vacate(no),
            Action::Forget { no } => self.forget(no),
            Action::GiveUp { why } => {
                if why == GiveUp::Intensity {
                    log::gave_up(ctx.client.core.life(), self.rules.restarts());
                }
                ctx.stop(ExitReason::Shutdown);
            }
        }
    }

    /// Runs a start on a task of its own. It is no job: one that is cancelled would kill a child that is to be stopped.
    fn run(&mut self, no: No, server: AnyServer, attempt: Attempt) {
        let me = Weak::clone(&self.me);
        let attempt = tokio::spawn(async move {
            let attempted = attempt.await;
            if let Some(me) = me.upgrade() {
                me.core.push_free(Item::Info(SupervisorInfo::attempted((no, attempted))));
            }
        });
        self.attempts.insert(no, (server, attempt));
    }

    /// Shows what a child is at by now, and tells those who have waited for that.
    fn settle(&mut self, no: No) {
        let Some(status) = self.rules.status(no) else { return };
        self.directory.note(no, status.into());
        let Some(member) = self.members.get_mut(&no) else { return };
        for asked in member.asked.extract_if(.., |asked| asked.is_settled(status)) {
            asked.answer(status);
        }
    }

    fn delay(&self, no: No, failures: u32) -> Option<std::time::Duration> {
        let backoff = self.members.get(&no)?.child.about().backoff.as_ref()?;
        let random = RandomState::new().hash_one(failures);
        Some(backoff.delay(failures, random))
    }

    /// Begins a start; none where there is no runtime to start on.
    fn begin(&mut self, no: No, keeps_error: bool) -> Option<(AnyServer, Attempt)> {
        let member = self.members.get_mut(&no)?;
        let (server, attempt) = member.child.attempt(keeps_error)?;
        let last = member.server.replace(Arc::clone(&server));
        let unknown = match &last {
            Some(last) if last.core.life().has_started() => member.met.replace(last.core.id()),
            // An attempt that has brought nothing: nobody knows it.
            last => last.as_ref().map(|last| last.core.id()),
        };
        if let Some(id) = unknown {
            self.servers.remove(&id);
        }
        self.servers.insert(server.core.id(), no);
        self.directory.starts(no, &server);
        self.know_no_more(last.as_ref());
        Some((server, attempt))
    }

    /// Keeps in mind, until it has ended, what was killed and is nobody's any more.
    fn know_no_more(&mut self, server: Option<&AnyServer>) {
        self.forgotten.retain(|server| server.upgrade().is_some_and(|server| is_about_to_end(&server)));
        self.forgotten.extend(server.filter(|server| is_about_to_end(server)).map(Arc::downgrade));
    }

    /// Has those that it knows no more end with it; where it is killed as it waits for that, it still has to.
    fn end_the_forgotten(&mut self) -> Vec<Stopping> {
        let forgotten = std::mem::take(&mut self.forgotten).into_iter().filter_map(|server| server.upgrade());
        let forgotten: Vec<_> = forgotten.filter(is_about_to_end).collect();
        let stops = forgotten.iter().map(|server| Stopping::begin(server, Shutdown::Kill)).collect();
        self.leaving.extend(forgotten);
        stops
    }

    /// An attempt is over: says what it has come to, for the rules; whoever has asked for it is told when they have
    /// been heard.
    pub(crate) fn attempted(&mut self, no: No, outcome: &Outcome) -> Event {
        let at = self.began.elapsed();
        self.attempts.remove(&no);
        let Some(member) = self.members.get_mut(&no) else { return Event::StartFailed { no, at } };
        match outcome {
            Outcome::Started => {
                // From now on those who have met the last know that there is another.
                if let Some(id) = member.met.take() {
                    self.servers.remove(&id);
                }
                member.started();
                member.watch(no, Weak::clone(&self.me));
                Event::Started { no, at }
            }
            Outcome::Ignored => Event::Ignored { no },
            Outcome::Failed(failure) => {
                if failure.gives_way {
                    member.child.failed(failure);
                    return Event::Ignored { no };
                }
                member.failed(failure);
                Event::StartFailed { no, at }
            }
        }
    }

    /// An incarnation has ended; none where it is one that has been heard of.
    pub(crate) fn ended(&mut self, no: No, server: ServerId, reason: &ExitReason) -> Option<Event> {
        let member = self.members.get_mut(&no)?;
        if member.server.as_ref()?.core.id() != server || !std::mem::take(&mut member.lives) {
            return None;
        }
        drop(member.watch.take());
        Some(Event::Ended { no, bad: reason.is_failure(), at: self.began.elapsed() })
    }

    fn stop(&mut self, no: No, comes_back: bool, ctx: &mut Ctx) {
        let Some(member) = self.members.get(&no) else { return };
        if comes_back {
            member.child.leave();
        } else {
            member.child.close(&ExitReason::Shutdown);
        }
        let Some(server) = &member.server else { return };
        let shutdown = member.child.about().shutdown;
        stop::order(server, shutdown);
        if let Shutdown::Drain(limit) | Shutdown::After(limit) = shutdown {
            let timer = ctx.send_after(limit, SupervisorInfo::overdue((no, server.core.id())));
            self.set_limit(no, Some(timer), ctx);
        }
    }

    /// Notes the timer of a stop, and takes back the one before.
    fn set_limit(&mut self, no: No, timer: Option<TimerId>, ctx: &mut Ctx) {
        if let Some(member) = self.members.get_mut(&no)
            && let Some(before) = std::mem::replace(&mut member.limit, timer)
        {
            ctx.cancel(before);
        }
    }

    /// One that was told to stop has had its time.
    pub(crate) fn overdue(&self, no: No, server: ServerId) {
        if let Some(there) = self.members.get(&no).and_then(|member| member.server.as_ref())
            && there.core.id() == server
            && !there.core.life().has_ended()
        {
            stop::cut_short(there);
        }
    }

    fn forget(&mut self, no: No) {
        self.directory.remove(no);
        let Some(mut member) = self.members.remove(&no) else { return };
        member.child.close(&ExitReason::Shutdown);
        for id in member.server.as_ref().map(|server| server.core.id()).into_iter().chain(member.met) {
            self.servers.remove(&id);
        }
        for asked in std::mem::take(&mut member.asked) {
            asked.answer(Status::Down);
        }
        self.know_no_more(member.server.as_ref());
        elsewhere::drop(member);
    }

    /// Starts the first children, one after the other; those that have started are there where one does not.
    pub(crate) async fn start_all(&mut self, children: Vec<Box<dyn Child>>) -> Result<(), SupervisorError> {
        for child in children {
            let id = Arc::clone(&child.about().id);
            let event = self.take_in(child);
            let no = event.no();
            drop(self.rules.apply(event));
            self.settle(no);
            let Some((_, mut attempt)) = self.begin(no, true) else { continue };
            let attempted = poll_fn(|cx| {
                // Whoever asks for its end wakes it.
                if self.me.upgrade().is_none_or(|me| me.core.is_asked_to_end()) {
                    return Poll::Ready(Err(SupervisorError::Stopped));
                }
                attempt.as_mut().poll(cx).map(Ok)
            });
            let attempted = attempted.await?;
            let event = self.attempted(no, &attempted.outcome);
            for action in self.rules.apply(event) {
                self.perform_first(action);
            }
            self.settle(no);
            if let Outcome::Failed(failure) = attempted.outcome {
                return Err(SupervisorError::Child { id, error: failure.into_error().into() });
            }
        }
        Ok(())
    }

    /// What the first start of a child can lead to.
    fn perform_first(&mut self, action: Action) {
        match action {
            Action::Vacate { no } => self.vacate(no),
            Action::Forget { no } => self.forget(no),
            Action::Start { .. } | Action::Delay { .. } | Action::Stop { .. } | Action::GiveUp { .. } => {}
        }
    }

    fn vacate(&self, no: No) {
        if let Some(member) = self.members.get(&no) {
            member.child.close(&ExitReason::Shutdown);
        }
    }

    /// Has somebody told when what is being done with a child is done.
    pub(crate) fn ask(&mut self, no: No, asked: Asked) {
        if let Some(member) = self.members.get_mut(&no) {
            member.asked.push(asked);
        }
    }

    /// Stops all children, the last that was started first; with `together`, all at once.
    pub(crate) async fn stop_all(&mut self, together: bool) {
        // Nobody waits any more for one that is not there.
        for member in self.members.values().filter(|member| !member.is_there()) {
            member.child.close(&ExitReason::Shutdown);
        }
        let mut stops = Vec::new();
        let numbers: Vec<_> = self.rules.numbers().rev().collect();
        for no in numbers {
            let Some(member) = self.members.remove(&no) else { continue };
            self.directory.note(no, ChildStatus::Stopping);
            // Not before its turn: those that are stopped first may need it.
            member.child.close(&ExitReason::Shutdown);
            let Some(server) = &member.server else {
                elsewhere::drop(member);
                continue;
            };
            let stopping = Stopping::begin(server, member.child.about().shutdown);
            self.leaving.push(Arc::clone(server));
            elsewhere::drop(member);
            if together {
                stops.push(stopping);
            } else {
                stopping.wait_or_leave().await;
                self.directory.note(no, ChildStatus::Down);
            }
        }
        stops.extend(self.end_the_forgotten());
        stop::wait_for_all(stops).await;
        // Each has ended, or has been left behind.
        self.leaving.clear();
        stop::starts_are_over(self.attempts.values_mut()).await;
        self.attempts.clear();
    }
}

/// Whether it was killed, and its task has not been polled since.
fn is_about_to_end(server: &AnyServer) -> bool {
    let life = server.core.life();
    life.is_killed() && !life.has_ended()
}

impl Drop for Family {
    /// The supervisor has been killed, or has failed: no child outlives it. Its end is not seen before theirs.
    fn drop(&mut self) {
        self.directory.clear();
        // Those whose end it waited for when it was killed are killed by now, and still are to be waited for.
        let leaving = self.leaving.iter().filter(|server| !server.core.life().has_ended());
        let mut ending: Vec<_> = leaving.map(|server| Stopping::begin(server, Shutdown::Kill)).collect();
        ending.extend(self.end_the_forgotten());
        for member in std::mem::take(&mut self.members).into_values().rev() {
            member.child.close(&ExitReason::Shutdown);
            if let Some(server) = &member.server {
                ending.push(Stopping::begin(server, Shutdown::Kill));
            }
            elsewhere::drop(member);
        }
        let mut attempts = std::mem::take(&mut self.attempts);
        attempts.retain(|_, (_, attempt)| !attempt.is_finished());
        let is_idle = ending.is_empty() && attempts.is_empty();
        if let Some(me) = self.me.upgrade().filter(|_| !is_idle) {
            me.core.jobs.outlast(async move {
                stop::wait_for_all(ending).await;
                stop::starts_are_over(attempts.values_mut()).await;
            });
        }
    }
}
