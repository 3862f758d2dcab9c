//! Messages that wait until a place has its next server.

use std::sync::{Arc, Weak};
use std::task::{Context, Poll};

use crate::client::{Client, Load};
use crate::contain::wake;
use crate::deadlock::Node;
use crate::engine::{Core, Engine, Host, Ran, Spot, When};
use crate::exit::{ExitReason, Outcome, drop_contained};
use crate::handler::Handler;
use crate::id::ServerId;
use crate::kind::{EngineOf, Shared};
use crate::life::Life;
use crate::mailbox::{Mailbox, Push, Pushed, Ticket};
use crate::mutants::mutant;
use crate::options::{DEFAULT_MAILBOX, Options};
use crate::place::{Found, Haste, Place, Route as _};
use crate::protocol::Spoken;
use crate::reply::{ReplyTo, SharedCaller};
use crate::stub::Stub;
use crate::swap::Turnout;
use crate::sync::Lock;
use crate::sys::Question;
use crate::waiting::Limit;
use crate::watch::Exit;

/// What stands in for a server while the next is made ready: it takes messages, and hands them on when there is one.
///
/// Until then it goes by the name and the id of the one before, so that who waits for that one in a circle is told so.
pub(crate) struct Parked<P: Spoken> {
    last: Option<Arc<Client<dyn Core>>>,
    life: Arc<Life>,
    messages: Mailbox<Message<P>>,
    /// Whether the place has another server. It is set when nothing is left here: so who comes later goes there behind all of them.
    is_over: Lock<bool>,
    /// Where those go who were shown here and come too late: the server may be another by then, and yet another.
    place: Weak<Client<Turnout<P>>>,
}

/// A message that waits.
enum Message<P: Spoken> {
    Request {
        request: P::Request,
        caller: SharedCaller,
        mutates: bool,
    },
    Cast {
        cast: P::Cast,
        mutates: bool,
    },
    /// Of a place that leads here: it waits for all that stands before.
    Fence(ReplyTo<()>),
}

impl<P: Spoken> Parked<P> {
    /// In the place of the last; `beyond` is what has its place there or here already, and no place within a bound.
    pub(crate) fn new(
        last: Option<Arc<Client<dyn Core>>>,
        beyond: usize,
        place: &Arc<Client<Turnout<P>>>,
    ) -> Arc<Client<Self>> {
        let life = match &last {
            Some(last) => Arc::clone(last.core.life()),
            None => Life::of(ServerId::NOBODY, P::NAME),
        };
        let messages =
            Mailbox::new(&Options { mailbox: DEFAULT_MAILBOX.saturating_sub(beyond), ..Options::new() });
        let place = Arc::downgrade(place);
        Arc::new(Client { core: Self { last, life, messages, is_over: Lock::new(false), place } })
    }

    /// Hands on all that has come, and opens the place when nothing has come meanwhile.
    ///
    /// Nothing of the next server's runs, and nobody is woken, while the lock is held: so it is looked again until there is
    /// nothing left.
    pub(crate) fn hand_on<T>(&self, next: &Place<P>, open: impl FnOnce() -> T) -> T {
        let mut handed = Handed(Vec::new());
        loop {
            while let Some((message, sender)) = self.messages.pop_until(Ticket::MAX) {
                self.deliver(message, next, &mut handed);
                wake(sender);
            }
            let mut is_over = self.is_over.lock();
            let is_done = self.messages.is_empty();
            mutant!("parked_looks_once" => {
                *is_over = true;
                return open();
            });
            if is_done {
                *is_over = true;
                return open();
            }
        }
    }

    /// To whoever is there now; that is no other before it is delivered.
    fn deliver(&self, message: Message<P>, next: &Place<P>, handed: &mut Handed<P>) {
        let Some(found) = next.enter() else { return refuse(message) };
        let client = &found.client;
        let next = &client.core;
        match message {
            Message::Request { mut request, caller, mutates } => {
                P::redirect(&mut request, next.life());
                caller.release(Node::server(self.life.id()));
                let shared = || Arc::clone(&caller);
                match next.push_request(request, &shared, mutates, Push::Handed, false) {
                    Pushed::Accepted(ticket) | Pushed::Waiting(ticket) => handed.note(client, ticket),
                    Pushed::Full(request) | Pushed::Dropped(request) | Pushed::Closed(request) => {
                        refuse::<P>(Message::Request { request, caller, mutates });
                    }
                }
            }
            Message::Cast { cast, mutates } => match next.push_cast(cast, mutates, Push::Handed, false) {
                Pushed::Accepted(ticket) | Pushed::Waiting(ticket) => handed.note(client, ticket),
                Pushed::Full(cast) | Pushed::Dropped(cast) | Pushed::Closed(cast) => {
                    next.life().count_undelivered(1);
                    drop_contained(cast);
                }
            },
            Message::Fence(done) => next.fence(done),
        }
    }

    /// Puts a message here, or gives it back where the others have been handed on.
    fn park<T>(
        &self,
        payload: T,
        wrap: impl FnOnce(T) -> Message<P>,
        push: Push,
        attended: bool,
    ) -> Result<Pushed<T>, T> {
        let is_over = self.is_over.lock();
        if *is_over {
            return Err(payload);
        }
        Ok(self.messages.push(payload, wrap, push, attended).0)
    }

    /// The way of those who come too late.
    fn around(&self) -> Option<Found<P>> {
        let found = self.place.upgrade()?.core.enter(Haste::None);
        mutant!("late_comers_enter_no_gate" => return found.map(|found| Found::new(found.client)));
        found
    }
}

/// Whom messages were handed to, and the last of them: they are run when the place is open again. Were they run before, who
/// comes back with another while they run would keep it closed for ever.
struct Handed<P: Spoken>(Vec<(Shared<P>, Ticket)>);

impl<P: Spoken> Handed<P> {
    fn note(&mut self, client: &Shared<P>, ticket: Ticket) {
        match self.0.last_mut() {
            Some((last, until)) if Arc::ptr_eq(last, client) => *until = ticket,
            _ => self.0.push((Arc::clone(client), ticket)),
        }
    }
}

impl<P: Spoken> Drop for Handed<P> {
    fn drop(&mut self) {
        for (client, last) in &self.0 {
            client.core.handed(*last);
        }
    }
}

/// There is nobody to hand it to.
fn refuse<P: Spoken>(message: Message<P>) {
    match message {
        Message::Request { request, caller, .. } => {
            caller.no_proc();
            drop_contained(request);
        }
        Message::Cast { cast, .. } => drop_contained(cast),
        Message::Fence(done) => drop(done),
    }
}

/// Nobody attends to what was handed on: the next server sees to it.
fn handed_on<P: Spoken, T>(next: &EngineOf<P>, pushed: Pushed<T>) -> Pushed<T> {
    if let Pushed::Accepted(ticket) | Pushed::Waiting(ticket) = pushed {
        next.sent(ticket);
    }
    pushed
}

impl<P: Spoken> Engine<P> for Parked<P> {
    fn push_request(
        &self,
        request: P::Request,
        caller: &dyn Fn() -> SharedCaller,
        mutates: bool,
        push: Push,
        attended: bool,
    ) -> Pushed<P::Request> {
        let wrap = |request| Message::Request { request, caller: caller(), mutates };
        let mut request = match self.park(request, wrap, push, attended) {
            Ok(pushed) => return pushed,
            Err(request) => request,
        };
        let Some(found) = self.around() else { return Pushed::Closed(request) };
        let next = &found.client.core;
        P::redirect(&mut request, next.life());
        handed_on::<P, _>(next, next.push_request(request, caller, mutates, push, false))
    }

    fn push_cast(&self, cast: P::Cast, mutates: bool, push: Push, attended: bool) -> Pushed<P::Cast> {
        let cast = match self.park(cast, |cast| Message::Cast { cast, mutates }, push, attended) {
            Ok(pushed) => return pushed,
            Err(cast) => cast,
        };
        let Some(found) = self.around() else { return Pushed::Closed(cast) };
        let next = &found.client.core;
        handed_on::<P, _>(next, next.push_cast(cast, mutates, push, false))
    }
}

/// Nothing runs here.
impl<P: Spoken> Host for Parked<P> {
    type Server = Stub<P>;

    fn call_now<A: 'static, R: Send + 'static>(
        &self,
        _handler: &'static Handler<Stub<P>, A, R>,
        args: A,
        _limit: &Limit,
        _when: When,
    ) -> Ran<R, A> {
        Ran::Later(args)
    }

    fn cast_now<A: 'static, R: Outcome + 'static>(
        &self,
        _handler: &'static Handler<Stub<P>, A, R>,
        args: A,
    ) -> Result<(), A> {
        Err(args)
    }
}

impl<P: Spoken> Spot for Parked<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn show(&self, look: &mut dyn FnMut(&dyn Core)) {
        look(self);
    }
}

impl<P: Spoken> Core for Parked<P> {
    fn id(&self) -> ServerId {
        self.life.id()
    }

    fn is_alive(&self) -> bool {
        true
    }

    fn life(&self) -> &Arc<Life> {
        &self.life
    }

    fn load(&self) -> Load {
        Load { queued: self.messages.len(), capacity: self.messages.capacity() }
    }

    fn beyond(&self) -> usize {
        self.messages.beyond()
    }

    fn enqueued(&self) -> u64 {
        self.messages.enqueued()
    }

    fn request_stop(&self, reason: ExitReason, awaited: bool) {
        self.last.iter().for_each(|last| last.core.request_stop(reason.clone(), awaited));
    }

    fn linked_ended(&self, exit: Exit) {
        self.last.iter().for_each(|last| last.core.linked_ended(exit.clone()));
    }

    fn request_kill(&self) {
        self.last.iter().for_each(|last| last.core.request_kill());
    }

    fn request_end(&self, reason: ExitReason) {
        self.last.iter().for_each(|last| last.core.request_end(reason.clone()));
    }

    fn request_drain(&self, reason: ExitReason) {
        self.last.iter().for_each(|last| last.core.request_drain(reason.clone()));
    }

    fn look_observed(&self) {
        self.last.iter().for_each(|last| last.core.look_observed());
    }

    /// A plain thread that waits here may be what the next server is made ready on.
    fn needs_runtime(&self) -> bool {
        true
    }

    fn attend(&self, _ticket: Ticket, _cx: &Context<'_>) -> bool {
        false
    }

    fn poll_accepted(&self, ticket: Ticket, cx: &Context<'_>) -> Poll<Result<(), ()>> {
        self.messages.poll_accepted(ticket, cx)
    }

    fn withdraw(&self, ticket: Ticket) -> bool {
        match self.messages.withdraw(ticket) {
            Some(message) => {
                drop_message(message);
                true
            }
            None => false,
        }
    }

    fn set_suspended(&self, on: bool, done: Question<()>) {
        if let Some(last) = &self.last {
            last.core.set_suspended(on, done);
        }
    }

    fn fence(&self, done: ReplyTo<()>) {
        if let Err(done) = self.park(done, Message::Fence, Push::Free, false)
            && let Some(found) = self.around()
        {
            found.client.core.fence(done);
        }
    }

    fn sent(&self, _ticket: Ticket) {}

    fn handed(&self, _last: Ticket) {}

    fn casts_run_themselves(&self) -> bool {
        false
    }

    fn options(&self) -> Options {
        self.last.as_ref().map_or_else(Options::new, |last| last.core.options())
    }

    fn as_core(&self) -> &dyn Core {
        self
    }
}

/// Its sender has gone, and waits for nothing.
fn drop_message<P: Spoken>(message: Message<P>) {
    match message {
        Message::Request { request, .. } => drop_contained(request),
        Message::Cast { cast, .. } => drop_contained(cast),
        Message::Fence(done) => drop(done),
    }
}
