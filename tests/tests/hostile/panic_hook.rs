//! The panic hook is the user's: it is called once for each panic, in the server's span, and is neither replaced nor silenced.
//!
//! A process has one hook, so each of these is tried in a child.

use std::panic::{self, AssertUnwindSafe, panic_any};
use std::sync::{Arc, Mutex, PoisonError};

use callcast::prelude::*;
use callcast::{Restart, Supervisor, spec_with};
use tokio::sync::oneshot;

use crate::child::{again, case};
use crate::collector::Collector;
use crate::support::{Bomb, settle, within};

/// What the hook was called for, in order.
type Heard = Arc<Mutex<Vec<String>>>;

/// Sets a hook that notes what it hears, and says it too.
fn listen() -> Heard {
    let heard = Heard::default();
    let notes = Arc::clone(&heard);
    panic::set_hook(Box::new(move |info| {
        let text = info.payload_as_str().unwrap_or("no text").to_owned();
        eprintln!("heard: {info}");
        notes.lock().unwrap_or_else(PoisonError::into_inner).push(text);
    }));
    heard
}

fn take(heard: &Heard) -> Vec<String> {
    std::mem::take(&mut *heard.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Panics wherever it is asked to.
struct Loud {
    _state: Option<Bomb>,
    in_terminate: bool,
}

#[server]
impl Loud {
    #[init]
    fn new(init: Option<&'static str>, state: Option<Bomb>, in_terminate: bool) -> Self {
        if let Some(text) = init {
            panic!("{text}")
        }
        Self { _state: state, in_terminate }
    }

    #[call]
    fn boom(&mut self) {
        panic!("call")
    }

    #[call]
    async fn boom_later(&mut self) {
        tokio::task::yield_now().await;
        panic!("later")
    }

    #[cast]
    fn cast(&mut self) {
        panic!("cast")
    }

    #[call]
    fn payload(&self) {
        panic_any(Bomb)
    }

    #[cast]
    fn keep(&mut self, _bomb: Bomb) {}

    #[call]
    async fn reply(&mut self, open: oneshot::Receiver<()>) -> Bomb {
        drop(open.await);
        Bomb
    }

    #[call]
    fn job(&mut self, ctx: &mut Context<Self>) {
        ctx.spawn(async { panic!("job") }, |()| LoudInfo::done());
    }

    #[info]
    fn done(&mut self) {}

    #[terminate]
    fn close(&mut self) {
        assert!(!self.in_terminate, "terminate");
    }
}

async fn loud() -> LoudClient {
    within(Loud::start(None, None, false)).await.unwrap()
}

async fn every_panic_is_heard_once() {
    let heard = listen();
    within(loud().await.boom()).await.unwrap_err();
    assert_eq!(take(&heard), ["call"]);
    within(loud().await.boom_later()).await.unwrap_err();
    assert_eq!(take(&heard), ["later"]);
    let client = loud().await;
    client.cast().await.unwrap();
    within(client.monitor()).await;
    assert_eq!(take(&heard), ["cast"]);
    within(Loud::start(Some("init"), None, false)).await.unwrap_err();
    assert_eq!(take(&heard), ["init"]);
    let client = within(Loud::start(None, None, true)).await.unwrap();
    within(client.stop()).await.unwrap();
    assert_eq!(take(&heard), ["terminate"]);
    let client = within(Loud::start(None, Some(Bomb), false)).await.unwrap();
    within(client.stop()).await.unwrap();
    assert_eq!(take(&heard), ["a bomb went off"], "in the drop of the state");
    // The payload's own drop is a panic as well.
    within(loud().await.payload()).await.unwrap_err();
    assert_eq!(take(&heard), ["no text", "a bomb went off"]);
    let client = loud().await;
    let down = client.monitor();
    client.job().await.unwrap();
    within(down).await;
    assert_eq!(take(&heard), ["job"]);
}

async fn every_drop_that_panics_is_heard_once() {
    let heard = listen();
    // Queued behind a stop.
    let client = loud().await;
    client.stop().send().unwrap();
    client.keep(Bomb).send().unwrap();
    within(client.monitor()).await;
    assert_eq!(take(&heard), ["a bomb went off"]);
    // A reply that nobody waits for.
    let client = loud().await;
    let (open, opened) = oneshot::channel();
    let call = client.reply(opened).send().unwrap();
    settle().await;
    drop(call);
    open.send(()).unwrap();
    within(client.monitor()).await;
    assert_eq!(take(&heard), ["a bomb went off"]);
}

async fn closures_are_heard_once() {
    let heard = listen();
    let agent = Agent::new(0);
    let read = panic::catch_unwind(AssertUnwindSafe(|| agent.with(|_| panic!("closure")).wait()));
    assert!(read.is_err(), "it comes back to its own caller");
    assert_eq!(take(&heard), ["closure"]);
    let update = agent.cast(|_| panic!("update"));
    assert_eq!(update.await, Ok(()), "it is accepted");
    settle().await;
    assert_eq!(take(&heard), ["update"]);
}

async fn restarts_are_heard_once() {
    let heard = listen();
    let mut child = spec_with(|| Loud::spec(None, None, false)).restart(Restart::Permanent);
    let client = child.client();
    let root = within(Supervisor::one_for_one().child(child).start()).await.unwrap();
    for _ in 0..3 {
        within(client.boom()).await.unwrap_err();
    }
    within(root.stop()).await.unwrap();
    assert_eq!(take(&heard), ["call"; 3]);
}

#[tokio::test]
async fn a_users_hook_is_called_once_for_each_panic() {
    let test = "panic_hook::a_users_hook_is_called_once_for_each_panic";
    match case().as_deref() {
        Some("panics") => every_panic_is_heard_once().await,
        Some("drops") => every_drop_that_panics_is_heard_once().await,
        Some("closures") => closures_are_heard_once().await,
        Some("restarts") => restarts_are_heard_once().await,
        Some(case) => panic!("what is {case}?"),
        None => {
            for case in ["panics", "drops", "closures", "restarts"] {
                again(test, case).well();
            }
        }
    }
}

struct Quick;

#[server(inline = true)]
impl Quick {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn boom(&self) {
        panic!("quick")
    }
}

struct Desk;

#[agent]
impl Desk {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn boom(&self) {
        panic!("desk")
    }
}

/// So a hook that logs says which server it was.
#[tokio::test]
async fn a_users_hook_runs_in_the_servers_span() {
    if case().is_none() {
        again("panic_hook::a_users_hook_runs_in_the_servers_span", "span").well();
        return;
    }
    let collector = Collector::default();
    tracing::subscriber::set_global_default(collector.clone()).unwrap();
    panic::set_hook(Box::new(|info| {
        eprintln!("heard: {info}");
        tracing::error!(heard = info.payload_as_str(), "a panic");
    }));
    let quick = within(Quick::start()).await.unwrap();
    tokio::task::yield_now().await;
    within(quick.boom()).await.unwrap_err();
    within(loud().await.boom_later()).await.unwrap_err();
    Desk::start().unwrap().boom().await.unwrap_err();
    let events = collector.events();
    let heard = events.iter().filter(|event| event.get("heard").is_some());
    let heard: Vec<_> = heard
        .map(|event| (event.get("heard"), event.spans.last().and_then(|span| span.get("rpc.service"))))
        .collect();
    let expected = [("quick", "Quick"), ("later", "Loud"), ("desk", "Desk")];
    assert_eq!(heard, expected.map(|(text, server)| (Some(text), Some(server))));
}

/// It answers late.
struct Late;

#[server]
impl Late {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    async fn never(&self) {
        std::future::pending::<()>().await;
    }
}

/// A runtime without its timer says so by a panic of tokio's: the helper thread keeps the time instead.
#[test]
fn a_runtime_without_a_timer_panics_once() {
    if case().is_none() {
        again("panic_hook::a_runtime_without_a_timer_panics_once", "timers").well();
        return;
    }
    let heard = listen();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let late = Late::start().await.unwrap();
        for _ in 0..3 {
            let timed_out = late.never().timeout(std::time::Duration::from_millis(1)).await;
            assert!(matches!(timed_out, Err(CallError::Timeout { .. })), "{timed_out:?}");
        }
    });
    let heard = take(&heard);
    assert_eq!(heard.len(), 1, "{heard:?}");
}

/// What panics while a panic is dealt with ends the process: that is the language's.
#[tokio::test]
async fn a_hook_that_panics_is_the_languages_abort() {
    let test = "panic_hook::a_hook_that_panics_is_the_languages_abort";
    match case().as_deref() {
        None => {
            for case in ["server", "agent"] {
                again(test, case).aborted().said(&["panicked while processing panic"]);
            }
        }
        Some(case) => {
            panic::set_hook(Box::new(|_| panic!("the hook itself")));
            if case == "server" {
                drop(within(loud().await.boom()).await);
            } else {
                drop(Desk::start().unwrap().boom().await);
            }
        }
    }
}
