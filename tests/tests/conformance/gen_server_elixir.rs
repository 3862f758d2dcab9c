//! GS-E: Elixir's tests of `GenServer`.

use callcast::prelude::*;
use callcast::{Name, SendError, StopError, WeakClient};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::support::{Log, Narcissus, Worker, ms, stop, within, worker};

struct Stack {
    items: Vec<&'static str>,
}

#[server]
impl Stack {
    #[init]
    fn new(items: Vec<&'static str>) -> Self {
        Self { items }
    }

    #[call]
    fn pop(&mut self) -> Option<&'static str> {
        self.items.pop()
    }

    #[cast]
    fn push(&mut self, item: &'static str) {
        self.items.push(item);
    }
}

/// An agent that has a way back to itself.
struct Introvert {
    me: Option<WeakClient<Self>>,
}

#[agent]
impl Introvert {
    #[init]
    fn new() -> Self {
        Self { me: None }
    }

    #[call]
    fn keep(&mut self, me: WeakClient<Self>) {
        self.me = Some(me);
    }

    #[call]
    fn ping(&self) -> u32 {
        1
    }

    #[cast]
    fn poke(&mut self) {}

    #[call]
    fn call_itself(&self) -> Result<u32, CallError> {
        self.client().ping().wait()
    }

    #[call]
    fn stop_itself(&self) -> Result<ExitReason, StopError> {
        stop(&self.client())
    }

    fn client(&self) -> IntrovertClient {
        self.me.as_ref().and_then(WeakClient::upgrade).expect("it was given one")
    }
}

fn introvert() -> IntrovertClient {
    let introvert = Introvert::start().expect("it cannot fail");
    introvert.keep(introvert.downgrade()).wait().expect("it is there");
    introvert
}

#[tokio::test(start_paused = true)]
async fn gs_e_05_a_named_server_answers_by_its_name() {
    static NAME: Name<Stack> = Name::new("gs-e-05");
    within(Stack::spec(vec!["hello"]).name(&NAME).start()).await.unwrap();
    assert_eq!(NAME.client().pop().await, Ok(Some("hello")));
}

#[tokio::test(start_paused = true)]
async fn gs_e_06_a_call_sees_the_cast_before_it() {
    let stack = within(Stack::start(vec!["hello"])).await.unwrap();
    assert_eq!(stack.pop().await, Ok(Some("hello")));
    assert_eq!(stack.push("world").await, Ok(()));
    assert_eq!(stack.pop().await, Ok(Some("world")));
    assert_eq!(stack.pop().await, Ok(None));
    assert_eq!(within(stack.stop()).await, Ok(ExitReason::Normal));
}

/// Starts servers that are linked to it.
struct Parent;

#[server]
impl Parent {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    async fn start_stack(&mut self, ctx: &mut Context<Self>) -> Result<StackClient, StartError> {
        ctx.start_link(Stack::spec(vec![])).await
    }
}

#[tokio::test(start_paused = true)]
async fn gs_e_06_a_linked_server_stands_in_its_starters_links() {
    let parent = within(Parent::start()).await.unwrap();
    let stack = parent.start_stack().await.unwrap();
    let links = || {
        let id = parent.id();
        callcast::observe().into_iter().find(|server| Some(server.id) == id).expect("it lives").links
    };
    assert_eq!(links(), [stack.id().unwrap()]);
    within(stack.stop()).await.unwrap();
    tokio::task::yield_now().await;
    assert_eq!(links(), []);
    assert!(parent.is_alive());
}

#[tokio::test(start_paused = true)]
async fn gs_e_07_a_cast_to_the_dead_is_told() {
    let (worker, log) = worker().await;
    within(worker.stop()).await.unwrap();
    assert_eq!(worker.note("lost").await, Err(CastError::NoProc));
    assert!(matches!(worker.note("lost").send(), Err(SendError::NoProc(_))));
    assert!(!log.lines().contains(&"lost".into()));
}

#[tokio::test(start_paused = true)]
async fn gs_e_07_a_cast_to_an_empty_name_is_told() {
    static NAME: Name<Worker> = Name::new("gs-e-07");
    assert_eq!(NAME.client().note("lost").await, Err(CastError::NoProc));
    assert!(matches!(NAME.client().note("lost").send(), Err(SendError::NoProc(_))));
}

#[test]
fn gs_e_07_a_cast_to_a_dead_agent_is_told() {
    let introvert = introvert();
    stop(&introvert).unwrap();
    assert_eq!(introvert.poke().wait(), Err(CastError::NoProc));
    assert!(matches!(introvert.poke().send(), Err(SendError::NoProc(IntrovertCast::Poke))));
}

#[tokio::test(start_paused = true)]
async fn gs_e_08_a_server_that_calls_itself_is_told_at_once() {
    let narcissus = within(Narcissus::start()).await.unwrap();
    narcissus.keep(narcissus.clone()).await.unwrap();
    let since = Instant::now();
    let refused = Err(CallError::Handler(CallError::CallingSelf));
    assert_eq!(narcissus.call_itself().await, refused);
    assert_eq!(narcissus.call_a_clone().await, refused);
    assert_eq!(narcissus.send_to_itself().await, refused);
    assert_eq!(since.elapsed(), ms(0));
    assert_eq!(narcissus.ping().await, Ok(1));
}

static MIRROR: Name<Narcissus> = Name::new("gs-e-08");

#[tokio::test(start_paused = true)]
async fn gs_e_08_a_server_that_calls_itself_by_its_name_is_told_at_once() {
    let narcissus = within(Narcissus::spec().name(&MIRROR).start()).await.unwrap();
    narcissus.keep(MIRROR.client()).await.unwrap();
    let since = Instant::now();
    assert_eq!(narcissus.call_a_clone().await, Err(CallError::Handler(CallError::CallingSelf)));
    assert_eq!(since.elapsed(), ms(0));
    assert_eq!(MIRROR.client().ping().await, Ok(1));
}

#[test]
fn gs_e_08_an_agent_that_calls_itself_is_told_at_once() {
    let introvert = introvert();
    assert_eq!(introvert.call_itself().wait(), Err(CallError::Handler(CallError::CallingSelf)));
    assert_eq!(introvert.ping().wait(), Ok(1));
}

#[tokio::test(start_paused = true)]
async fn gs_e_09_a_call_that_is_never_answered_times_out() {
    let (worker, _) = worker().await;
    assert_eq!(worker.hold().timeout(ms(1)).await, Err(CallError::Timeout { started: true }));
    assert_eq!(worker.echo(7).await, Ok(7));
}

#[tokio::test(start_paused = true)]
async fn gs_e_11_a_call_to_a_stopped_server_is_noproc() {
    let (worker, _) = worker().await;
    within(worker.stop()).await.unwrap();
    assert_eq!(worker.echo(1).await, Err(CallError::NoProc));
}

#[test]
fn gs_e_11_a_call_to_a_stopped_agent_is_noproc() {
    let introvert = introvert();
    stop(&introvert).unwrap();
    assert_eq!(introvert.ping().wait(), Err(CallError::NoProc));
}

#[tokio::test(start_paused = true)]
async fn gs_e_13_a_server_needs_no_name() {
    let (worker, _) = worker().await;
    let id = worker.id().unwrap();
    let seen = callcast::observe().into_iter().find(|server| server.id == id).expect("it lives");
    assert_eq!(seen.names, [""; 0]);
    assert_eq!(worker.echo(1).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn gs_e_14_a_server_outlives_its_starter() {
    let (give, take) = oneshot::channel();
    let starter = tokio::spawn(async move {
        give.send(within(Worker::start(Log::default())).await.unwrap()).unwrap();
        panic!("the starter ends");
    });
    assert!(within(starter).await.unwrap_err().is_panic());
    let worker = within(take).await.unwrap();
    assert_eq!(worker.echo(3).await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn gs_e_18_stop_returns_when_the_server_is_gone() {
    let (worker, log) = worker().await;
    assert_eq!(within(worker.stop()).await, Ok(ExitReason::Normal));
    assert!(!worker.is_alive());
    assert_eq!(log.lines(), ["terminate: it stopped normally"]);
    assert_eq!(within(worker.stop()).await, Err(StopError::NoProc));
}

#[test]
fn gs_e_18_stop_returns_when_the_agent_is_gone() {
    let introvert = introvert();
    assert_eq!(stop(&introvert), Ok(ExitReason::Normal));
    assert!(!introvert.is_alive());
    assert_eq!(stop(&introvert), Err(StopError::NoProc));
}

#[tokio::test(start_paused = true)]
async fn gs_e_19_a_server_that_stops_itself_as_a_client_is_told() {
    let narcissus = within(Narcissus::start()).await.unwrap();
    assert_eq!(within(narcissus.stop_itself()).await, Err(CallError::Handler(StopError::CallingSelf)));
    assert_eq!(narcissus.ping().await, Ok(1));
}

#[test]
fn gs_e_19_an_agent_that_stops_itself_as_a_client_is_told() {
    let introvert = introvert();
    assert_eq!(introvert.stop_itself().wait(), Err(CallError::Handler(StopError::CallingSelf)));
    assert_eq!(introvert.ping().wait(), Ok(1));
}

#[tokio::test(start_paused = true)]
async fn gs_e_20_a_server_can_be_stopped_by_its_name() {
    static NAME: Name<Stack> = Name::new("gs-e-20");
    let stack = within(Stack::spec(vec![]).name(&NAME).start()).await.unwrap();
    assert_eq!(within(NAME.client().stop()).await, Ok(ExitReason::Normal));
    assert!(!stack.is_alive() && NAME.whereis().is_none());
}
