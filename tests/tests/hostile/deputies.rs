//! Who runs a handler lends it his thread, and nothing else.

use std::sync::mpsc;
use std::thread;

use callcast::prelude::*;

use crate::child::{again, case};
use crate::collector::Collector;
use crate::support::within;

tokio::task_local! {
    static USER: &'static str;
}

fn user() -> Option<&'static str> {
    USER.try_with(|user| *user).ok()
}

/// Each kind of server, asked for whom it takes its caller.
macro_rules! kinds {
    ($($options:tt $name:ident;)*) => {$(
        struct $name {
            at_start: Option<&'static str>,
        }

        #[server $options]
        impl $name {
            #[init]
            fn new() -> Self {
                Self { at_start: user() }
            }

            #[call]
            fn now(&self) -> (Option<&'static str>, Option<&'static str>) {
                (self.at_start, user())
            }

            #[call]
            async fn later(&mut self) -> (Option<&'static str>, Option<&'static str>) {
                let before = user();
                tokio::task::yield_now().await;
                (before, user())
            }
        }
    )*};
}

kinds! {
    () Plain;
    (inline = true) Quick;
}

/// What runs on its caller's thread may see its caller there, and nobody else; the documentation says not to look.
#[tokio::test(start_paused = true)]
async fn q08_a_handler_sees_no_task_locals_but_where_it_runs_inline_its_own_callers() {
    let (plain, quick) = USER
        .scope("alice", async {
            (within(Plain::start()).await.unwrap(), within(Quick::start()).await.unwrap())
        })
        .await;
    tokio::task::yield_now().await;
    for user in ["mallory", "bob"] {
        let is_true = |seen: Option<&str>| seen.is_none_or(|seen| seen == user);
        USER.scope(user, async {
            // Queued for another, who is never polled again.
            let queued = USER.sync_scope("eve", || quick.later().send().unwrap());
            for _ in 0..3 {
                assert_eq!(within(plain.now()).await, Ok((None, None)));
                assert_eq!(within(plain.later()).await, Ok((None, None)));
                let (at_start, now) = within(quick.now()).await.unwrap();
                assert!(at_start.is_none() && is_true(now), "{user}: {at_start:?}, {now:?}");
                let (before, after) = within(quick.later()).await.unwrap();
                assert!(is_true(before) && after.is_none(), "{user}: {before:?}, {after:?}");
            }
            assert_eq!(within(queued).await, Ok((None, None)));
            assert_eq!(USER.get(), user, "the caller has his own back");
        })
        .await;
    }
}

/// An agent whose callers run each other's messages.
struct Desk;

#[agent]
impl Desk {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn hold(&self, begun: mpsc::Sender<()>, open: mpsc::Receiver<()>) {
        begun.send(()).unwrap();
        open.recv().unwrap();
    }

    #[cast]
    fn speak(&self) {
        tracing::info!(probe = "speak", "in a handler");
    }

    #[call]
    fn ping(&self) {}
}

/// Of an agent's callers this holds for the span; a task-local may be another's, and is not to be read there.
#[test]
fn q08_an_agents_handler_runs_in_its_own_span_whoever_drains_its_queue() {
    if case().is_none() {
        let test = "deputies::q08_an_agents_handler_runs_in_its_own_span_whoever_drains_its_queue";
        again(test, "span").well();
        return;
    }
    let collector = Collector::default();
    tracing::subscriber::set_global_default(collector.clone()).unwrap();
    let desk = Desk::start().unwrap();
    let ((begun, begins), (open, opened)) = (mpsc::channel(), mpsc::channel());
    let holder = desk.clone();
    let holder = thread::spawn(move || {
        let _span = tracing::info_span!("caller", server.id = "the holder's").entered();
        holder.hold(begun, opened).wait()
    });
    begins.recv().unwrap();
    for _ in 0..10 {
        desk.speak().send().unwrap();
    }
    open.send(()).unwrap();
    {
        let _span = tracing::info_span!("caller", server.id = "mallory's").entered();
        desk.ping().wait().unwrap();
    }
    holder.join().unwrap().unwrap();
    let id = desk.id().unwrap().to_string();
    let events = collector.events();
    let spans = events.iter().filter(|event| event.get("probe").is_some());
    let spans: Vec<_> =
        spans.map(|event| event.spans.last().and_then(|span| span.get("server.id"))).collect();
    assert_eq!(spans, vec![Some(&*id); 10]);
}
