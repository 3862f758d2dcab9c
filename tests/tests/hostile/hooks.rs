//! A panic in each hook that a server may have, and in each closure and trait that it hands over.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use callcast::prelude::*;
use callcast::{Name, Supervisor, spec_with};
use futures_util::{FutureExt as _, StreamExt as _, stream};

use crate::support::{Bystander, BystanderClient, panic_of, settle, within};

/// Where it panics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Init,
    AfterInit,
    Call,
    Cast,
    Info,
    Every,
    Idle,
    Down,
    Exit,
    Terminate,
    Shown,
    Job,
    JobsInfo,
    Stream,
    StreamsInfo,
    Maker,
}

impl At {
    fn pass(self, here: Self) {
        assert!(self != here, "in {here:?}");
    }
}

struct Touchy(At);

#[server]
impl Touchy {
    #[init]
    async fn new(at: At) -> Self {
        at.pass(At::Init);
        Self(at)
    }

    #[after_init]
    async fn warm_up(&mut self) {
        if self.0 == At::AfterInit {
            // Until there is somebody who watches it.
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.0.pass(At::AfterInit);
    }

    #[call]
    fn call(&self) {
        self.0.pass(At::Call);
    }

    #[cast]
    fn cast(&self) {
        self.0.pass(At::Cast);
    }

    #[info]
    fn info(&mut self) {
        self.0.pass(At::Info);
    }

    #[every("1s")]
    fn tick(&mut self) {
        self.0.pass(At::Every);
    }

    #[idle("5s")]
    fn quiet(&mut self) {
        self.0.pass(At::Idle);
    }

    #[down]
    fn lost(&mut self, _down: Down) {
        self.0.pass(At::Down);
    }

    #[exit]
    fn linked(&mut self, _exit: Exit) {
        self.0.pass(At::Exit);
    }

    #[format_status]
    fn shown(&self) -> &'static str {
        self.0.pass(At::Shown);
        "well"
    }

    #[terminate]
    fn close(&mut self) {
        self.0.pass(At::Terminate);
    }

    /// Does what calls the hook, or hands over what panics.
    #[cast]
    fn provoke(&mut self, other: BystanderClient, ctx: &mut Context<Self>) {
        let at = self.0;
        match at {
            At::Info => ctx.next(TouchyInfo::info()),
            At::Down => drop(ctx.monitor(&other)),
            At::Exit => ctx.link(&other),
            At::Job => ctx.spawn(async move { at.pass(At::Job) }, |()| TouchyInfo::info()),
            At::JobsInfo => ctx.spawn(async {}, move |()| {
                at.pass(At::JobsInfo);
                TouchyInfo::info()
            }),
            At::Stream => ctx.attach(
                stream::iter(0..1).inspect(move |_| at.pass(At::Stream)),
                |_| TouchyInfo::info(),
                None,
            ),
            At::StreamsInfo => ctx.attach(
                stream::iter(0..1),
                move |_| {
                    at.pass(At::StreamsInfo);
                    TouchyInfo::info()
                },
                None,
            ),
            At::Maker => drop(ctx.every(Duration::from_millis(1), move || {
                at.pass(At::Maker);
                TouchyInfo::info()
            })),
            _ => {}
        }
    }
}

/// Where a running server can panic, and what that is put down to.
const PANICS: [(At, &str); 14] = [
    (At::AfterInit, "after_init"),
    (At::Call, "call"),
    (At::Cast, "cast"),
    (At::Info, "info"),
    (At::Every, "tick"),
    (At::Idle, "quiet"),
    (At::Down, "lost"),
    (At::Exit, "linked"),
    (At::Terminate, "terminate"),
    (At::Job, "a job"),
    (At::JobsInfo, "a job"),
    (At::Stream, "a job"),
    (At::StreamsInfo, "a job"),
    (At::Maker, "a timer"),
];

#[tokio::test(start_paused = true)]
async fn p20_a_panic_in_any_hook_ends_that_server_only() {
    static PLACE: Name<Touchy> = Name::new("touchy");
    let bystander = within(Bystander::start()).await.unwrap();
    for (at, handler) in PANICS {
        let other = within(Bystander::start()).await.unwrap();
        let client = within(Touchy::spec(at).name(&PLACE).start()).await.unwrap();
        let down = client.monitor();
        // One that has ended already takes no more.
        drop(client.provoke(other.clone()).send());
        settle().await;
        drop(other.kill().await);
        match at {
            At::Call => client.call().send().unwrap().detach(),
            At::Cast => client.cast().send().unwrap(),
            At::Terminate => client.stop().send().unwrap(),
            _ => {}
        }
        let reason = within(down).await.reason;
        assert_eq!(panic_of(&reason), (handler, format!("in {at:?}")));
        assert!(PLACE.whereis().is_none(), "{at:?}");
        assert_eq!(within(bystander.ping()).await, Ok(()), "{at:?}");
    }
    let error = within(Touchy::spec(At::Init).name(&PLACE).start()).await.unwrap_err();
    assert!(matches!(error, StartError::Panicked(_)), "{error:?}");
    assert!(PLACE.whereis().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_status_that_cannot_be_shown_ends_nobody() {
    let client = within(Touchy::start(At::Shown)).await.unwrap();
    let shown = within(client.sys().status()).await.unwrap();
    assert!(shown.is_some_and(|shown| shown.contains("panicked")));
    assert_eq!(within(client.call()).await, Ok(()));
}

/// An error that nobody can look at.
struct Unspeakable;

impl fmt::Debug for Unspeakable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("for people who debug")
    }
}

impl fmt::Display for Unspeakable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("for people")
    }
}

impl std::error::Error for Unspeakable {}

/// An error that can be shown, whose source cannot.
#[derive(Debug)]
struct Deep(Unspeakable);

impl fmt::Display for Deep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("deep")
    }
}

impl std::error::Error for Deep {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

struct Mute;

#[server]
impl Mute {
    #[init]
    async fn new(fails: bool) -> Result<Self, Unspeakable> {
        if fails { Err(Unspeakable) } else { Ok(Self) }
    }

    #[call]
    fn ask(&self) -> Result<(), Unspeakable> {
        Err(Unspeakable)
    }

    #[cast]
    fn fail(&self) -> Result<(), Unspeakable> {
        Err(Unspeakable)
    }

    #[cast]
    fn fail_deep_down(&self) -> Result<(), Deep> {
        Err(Deep(Unspeakable))
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_that_cannot_be_shown_is_a_panic_of_the_handler_that_returned_it() {
    let mute = within(Mute::start(false)).await.unwrap();
    assert!(matches!(within(mute.ask()).await, Err(CallError::Handler(Unspeakable))), "it is the caller's");
    let down = mute.monitor();
    mute.fail().await.unwrap();
    assert_eq!(panic_of(&within(down).await.reason), ("fail", "for people".to_owned()));
    let mute = within(Mute::start(false)).await.unwrap();
    let down = mute.monitor();
    mute.fail_deep_down().await.unwrap();
    assert_eq!(panic_of(&within(down).await.reason), ("fail_deep_down", "for people".to_owned()));
    let started = within(Mute::start(true)).await;
    assert!(matches!(started, Err(StartError::Init(Unspeakable))), "and that of `init` its starter's");
}

/// Arguments that are cloned for each start, and panic at the second.
struct Brittle(Arc<AtomicU32>);

impl Clone for Brittle {
    fn clone(&self) -> Self {
        assert!(self.0.fetch_add(1, Ordering::Relaxed) != 1, "at the second clone");
        Self(Arc::clone(&self.0))
    }
}

struct Child;

#[server]
impl Child {
    #[init]
    fn new(_brittle: Brittle) -> Self {
        Self
    }

    #[call]
    fn crash(&self) {
        panic!("as asked")
    }

    #[call]
    fn ping(&self) {}
}

#[tokio::test(start_paused = true)]
async fn what_makes_a_childs_arguments_may_panic() {
    let sibling = Bystander::spec();
    let starts = AtomicU32::new(0);
    let factory = move || {
        assert!(starts.fetch_add(1, Ordering::Relaxed) != 2, "at the second restart");
        Child::spec(Brittle(Arc::new(AtomicU32::new(2))))
    };
    let tree = Supervisor::one_for_one()
        .max_restarts(100, Duration::from_secs(1))
        .child(sibling)
        .child(Child::spec(Brittle(Arc::default())).id("cloned"))
        .child(spec_with(factory).id("made"));
    let root = within(tree.start()).await.unwrap();
    let sibling = root.client::<Bystander>("Bystander").unwrap();
    let ids = (root.id(), sibling.id());
    for id in ["cloned", "made"] {
        let child = root.client::<Child>(id).unwrap();
        for _ in 0..3 {
            assert!(matches!(within(child.crash()).await, Err(CallError::Exit { .. })), "{id}");
            assert_eq!(within(child.ping().no_timeout()).await, Ok(()), "{id} is there again");
        }
    }
    assert_eq!((root.id(), sibling.id()), ids);
    assert_eq!(within(root.stop()).await, Ok(ExitReason::Normal));
}

/// A state whose clone panics where it is told to.
struct Fickle(bool);

impl Clone for Fickle {
    fn clone(&self) -> Self {
        assert!(!self.0, "not this one");
        Self(self.0)
    }
}

#[agent]
impl Fickle {
    #[init]
    fn new() -> Self {
        Self(false)
    }

    #[call]
    fn set(&mut self, on: bool) {
        self.0 = on;
    }
}

#[tokio::test(start_paused = true)]
async fn a_state_that_cannot_be_cloned_harms_who_asked_for_the_clone() {
    let agent = Fickle::start().unwrap();
    let mut snapshots = agent.watch_state();
    assert!(within(snapshots.next()).await.is_some());
    agent.set(true).await.unwrap();
    let asked = std::panic::AssertUnwindSafe(within(agent.sys().state())).catch_unwind().await;
    assert!(!matches!(asked, Ok(Ok(_))), "there is no clone");
    let watched = std::panic::AssertUnwindSafe(within(snapshots.next())).catch_unwind().await;
    assert!(!matches!(watched, Ok(Some(_))), "nor here");
    assert_eq!(within(agent.set(false)).await, Ok(()), "the agent lives");
    let waited =
        std::panic::AssertUnwindSafe(within(agent.wait_until(|_| panic!("a condition")))).catch_unwind();
    assert!(!matches!(waited.await, Ok(Ok(()))), "a condition is its owner's as well");
    assert_eq!(within(agent.set(false)).await, Ok(()), "the agent lives");
}
