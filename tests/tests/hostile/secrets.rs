//! What is in a state, a message or a reply is never shown: not in a log, not in an error, not by any `Debug` of ours.

use std::fmt::{self, Debug, Display, Write as _};
use std::future::Future;
use std::panic::panic_any;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::Duration;

use callcast::prelude::*;
use callcast::{Client, Supervisor, Task, observe};
use futures_util::FutureExt as _;

use crate::child::{again, case};
use crate::collector::Collector;
use crate::support::{settle, within};

/// What nobody may see.
const MARKER: &str = "correct horse battery staple";

/// It shows itself to whoever asks. Nobody of ours is to ask.
#[derive(Clone, PartialEq, Eq)]
struct Secret;

impl Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MARKER)
    }
}

impl Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MARKER)
    }
}

/// All that was shown to somebody.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<String>>);

impl Seen {
    fn push(&self, text: fmt::Arguments<'_>) {
        writeln!(self.0.lock().unwrap_or_else(PoisonError::into_inner), "{text}").expect("a string takes it");
    }

    fn debug(&self, value: impl Debug) {
        self.push(format_args!("{value:?} {value:#?}"));
    }

    fn error(&self, error: impl Debug + Display) {
        self.push(format_args!("{error} {error:?}"));
    }

    fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What all kinds have in common.
macro_rules! kinds {
    ($($attribute:ident $options:tt $name:ident;)*) => {$(
        #[derive(Clone, Debug)]
        struct $name {
            secret: Secret,
        }

        #[$attribute $options]
        impl $name {
            #[init]
            fn new(secret: Secret) -> Self {
                Self { secret }
            }

            #[call]
            fn swap(&mut self, secret: Secret) -> Secret {
                std::mem::replace(&mut self.secret, secret)
            }

            #[call]
            fn boom(&mut self, _secret: Secret) -> Secret {
                panic!("boom")
            }

            #[call]
            fn payload(&mut self, secret: Secret) -> Secret {
                panic_any(secret)
            }

            #[cast]
            fn note(&mut self, secret: Secret) {
                self.secret = secret;
            }

            #[cast]
            fn fail(&mut self, _secret: Secret) -> Result<(), String> {
                Err("out of paper".to_owned())
            }
        }
    )*};
}

kinds! {
    agent (derive(Debug), slow = "1ms") Vault;
    server (derive(Debug), slow = "1ms") Bank;
    server (derive(Debug), slow = "1ms", inline = true) Teller;
}

/// Takes one message at a time, and keeps replies.
struct Desk {
    _secret: Secret,
    held: Vec<ReplyTo<Secret>>,
    seen: Seen,
}

#[server(derive(Debug), mailbox = 1, overflow = "reject")]
impl Desk {
    #[init]
    fn new(secret: Secret, seen: Seen) -> Self {
        Self { _secret: secret, held: Vec::new(), seen }
    }

    #[call]
    fn hold(&mut self, _secret: Secret, reply: ReplyTo<Secret>, ctx: &mut Context<Self>) {
        self.seen.debug((&reply, &ctx));
        self.held.push(reply);
    }

    #[call]
    fn forget(&mut self, _secret: Secret, reply: ReplyTo<Secret>) {
        drop(reply);
    }

    #[call]
    fn list(&mut self, out: ReplyStream<Secret>) {
        self.seen.debug(&out);
    }

    #[call]
    fn call_itself(
        &mut self,
        secret: Secret,
        reply: ReplyTo<Result<Secret, CallError>>,
        ctx: &mut Context<Self>,
    ) {
        let client = ctx.client();
        ctx.reply_with(reply, async move { client.hold(secret).await });
    }

    #[cast]
    async fn hang(&mut self, secret: Secret) {
        std::future::pending::<()>().await;
        self.note(secret);
    }

    #[cast]
    fn note(&mut self, _secret: Secret) {}
}

/// Every way to end, and what is to be seen of it.
macro_rules! ends {
    ($name:ident, $start:expr, $seen:ident) => {
        for end in ["crash", "payload", "fail", "kill", "stop", "shutdown"] {
            $seen.debug($name::spec(Secret));
            let client = $start;
            let (weak, monitor) = (client.downgrade(), client.monitor());
            look(&client, &$seen);
            client.sys().start_statistics();
            let mut trace = client.sys().trace();
            $seen.debug((&client, &weak, &monitor, client.swap(Secret), client.note(Secret), client.stop()));
            assert_eq!(within(client.swap(Secret)).await.unwrap(), Secret);
            let pending = client.swap(Secret).send().unwrap();
            $seen.debug(&pending);
            within(pending).await.unwrap();
            client.note(Secret).await.unwrap();
            settle().await;
            $seen.debug((client.sys().statistics(), within(client.sys().status()).await));
            while let Some(Some(event)) = trace.next().now_or_never() {
                $seen.debug(event);
            }
            match end {
                "crash" => $seen.error(within(client.boom(Secret)).await.unwrap_err()),
                "payload" => $seen.error(within(client.payload(Secret)).await.unwrap_err()),
                "fail" => client.fail(Secret).await.unwrap(),
                "kill" => drop(client.kill().send()),
                "stop" => drop(client.stop().send()),
                _ => drop(client.stop_with(ExitReason::ShutdownWith("deploy".into())).send()),
            }
            let queued = client.swap(Secret).send();
            match queued {
                Ok(pending) => drop(within(pending).await.map_err(|error| $seen.error(error))),
                Err(error) => $seen.error(error),
            }
            let down = within(monitor).await;
            $seen.push(format_args!("{} {down:?}", down.reason));
            $seen.error(within(client.swap(Secret)).await.unwrap_err());
            $seen.error(client.swap(Secret).send().unwrap_err());
            $seen.error(client.note(Secret).await.unwrap_err());
            $seen.error(client.note(Secret).send().unwrap_err());
            $seen.error(within(client.stop()).await.unwrap_err());
            $seen.debug((&client, &weak));
        }
    };
}

/// What is known of all that run.
fn look(client: &Client, seen: &Seen) {
    for observed in observe() {
        seen.push(format_args!("{observed} {observed:?}"));
    }
    seen.debug((client, client.load(), client.id()));
}

async fn in_a_desk(seen: &Seen) {
    let desk = within(Desk::start(Secret, seen.clone())).await.unwrap();
    let timed_out = desk.hold(Secret).timeout(Duration::from_millis(1));
    seen.error(within(timed_out).await.unwrap_err());
    let mut dropped = Box::pin(desk.hold(Secret));
    assert!(poll_once(&mut dropped).is_pending());
    seen.debug(&dropped);
    drop(dropped);
    settle().await;
    seen.error(within(desk.forget(Secret)).await.unwrap_err());
    seen.debug(within(desk.list()).await.unwrap());
    seen.debug(within(desk.call_itself(Secret).timeout(Duration::from_millis(5))).await);
    // Too much for the mailbox.
    desk.hang(Secret).await.unwrap();
    settle().await;
    let first = desk.hold(Secret).send().unwrap();
    seen.error(desk.hold(Secret).send().unwrap_err());
    seen.error(desk.note(Secret).send().unwrap_err());
    seen.error(within(desk.hold(Secret)).await.unwrap_err());
    seen.error(within(desk.note(Secret)).await.unwrap_err());
    look(&desk, seen);
    within(desk.kill()).await.unwrap();
    seen.error(within(first).await.unwrap_err());
}

fn poll_once<F: Future>(future: &mut std::pin::Pin<Box<F>>) -> Poll<F::Output> {
    future.as_mut().poll(&mut TaskContext::from_waker(Waker::noop()))
}

async fn in_a_tree(seen: &Seen) {
    let spec = Bank::spec(Secret);
    seen.debug(&spec);
    let plan = Supervisor::one_for_one().max_restarts(2, Duration::from_mins(1)).child(spec);
    seen.debug(&plan);
    let root = within(plan.start()).await.unwrap();
    let bank = root.client::<Bank>("Bank").unwrap();
    seen.debug(within(root.which_children()).await.unwrap());
    seen.push(format_args!("{} {:?}", root.tree(), root.tree()));
    let end = root.monitor();
    for _ in 0..3 {
        seen.error(within(bank.boom(Secret)).await.unwrap_err());
        if let Err(error) = within(bank.swap(Secret)).await {
            seen.error(error);
        }
    }
    seen.debug(within(end).await);
    seen.error(within(root.start_child(Bank::spec(Secret))).await.unwrap_err());
    let task = Task::run(async { Secret }).unwrap();
    seen.debug(&task);
    let registry: Registry<u8, Vault, Secret> = Registry::unique();
    let vault = Vault::start(Secret).unwrap();
    registry.register_with(&vault, 1, Secret).unwrap();
    seen.debug((&registry, registry.entry(&1), registry.entries(&1)));
}

async fn everything(seen: &Seen) {
    ends!(Vault, Vault::start(Secret).unwrap(), seen);
    ends!(Bank, within(Bank::start(Secret)).await.unwrap(), seen);
    ends!(Teller, within(Teller::start(Secret)).await.unwrap(), seen);
    let mut starting = pin!(Bank::start(Secret));
    seen.debug(&starting);
    within(&mut starting).await.unwrap();
    let agent = Agent::new(Secret);
    seen.debug((&agent, agent.get(Clone::clone), agent.watch_state(), agent.with(|_| Secret)));
    in_a_desk(seen).await;
    in_a_tree(seen).await;
}

#[tokio::test]
async fn q11_no_state_message_or_reply_is_ever_shown() {
    let test = "secrets::q11_no_state_message_or_reply_is_ever_shown";
    let Some(case) = case() else {
        for case in ["nobody listens", "somebody listens"] {
            let ended = again(test, case).well();
            let shown = format!("{}{}", ended.out, ended.err);
            assert!(!shown.contains(MARKER), "{shown}");
            assert!(ended.err.contains("boom"), "the panic hook has spoken: {shown}");
        }
        return;
    };
    let collector = Collector::default();
    if case == "somebody listens" {
        tracing::subscriber::set_global_default(collector.clone()).unwrap();
    }
    let seen = Seen::default();
    everything(&seen).await;
    let (seen, logged) = (seen.text(), collector.text());
    assert!(seen.contains("VaultClient") && seen.contains("out of paper"), "all was looked at: {seen}");
    assert_eq!(logged.contains("a server failed"), case == "somebody listens");
    for line in seen.lines().chain(logged.lines()) {
        assert!(!line.contains(MARKER), "it is shown here: {}", line.replace(MARKER, "<SECRET>"));
    }
}
