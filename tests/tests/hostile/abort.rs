//! What Rust itself ends a process for. Nothing of ours can hold that back, and nothing of ours hides who it was.

use std::hint::black_box;

use callcast::prelude::*;

use crate::child::{again, case};
use crate::support::within;

/// Panics in its drop, whatever else goes on.
struct Reckless;

impl Drop for Reckless {
    fn drop(&mut self) {
        panic!("the second panic");
    }
}

/// Each kind, with handlers that end the process.
macro_rules! kinds {
    ($($attribute:ident $options:tt $name:ident;)*) => {$(
        struct $name;

        #[$attribute $options]
        impl $name {
            #[init]
            fn new() -> Self {
                Self
            }

            #[call]
            fn panic_twice(&mut self) {
                let _reckless = Reckless;
                panic!("the first panic");
            }

            #[call]
            fn recurse(&mut self) -> u64 {
                deeper(0)
            }
        }
    )*};
}

kinds! {
    agent () DoomedAgent;
    server () DoomedServer;
    server (inline = true) DoomedInline;
}

/// Calls itself until there is no stack left.
fn deeper(n: u64) -> u64 {
    if n == u64::MAX { n } else { black_box(deeper(black_box(n + 1))) + 1 }
}

/// What ends the process, for each kind.
macro_rules! doom {
    ($case:expr, $handler:ident) => {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            match $case {
                "agent" => drop(DoomedAgent::start().unwrap().$handler().await),
                "server" => drop(within(DoomedServer::start()).await.unwrap().$handler().await),
                "inline" => {
                    let doomed = within(DoomedInline::start()).await.unwrap();
                    // Idle by now, so that it runs where it is called.
                    tokio::task::yield_now().await;
                    drop(doomed.$handler().await);
                }
                case => panic!("what is {case}?"),
            }
        })
    };
}

/// The language prints a backtrace of the second panic, asked for or not: there the server's handler stands by its name.
#[test]
fn p28_a_double_panic_is_the_languages_abort_and_the_server_is_named_first() {
    if let Some(case) = case() {
        return doom!(&*case, panic_twice);
    }
    for (case, name) in [("agent", "DoomedAgent"), ("server", "DoomedServer"), ("inline", "DoomedInline")] {
        let ended =
            again("abort::p28_a_double_panic_is_the_languages_abort_and_the_server_is_named_first", case);
        let handler = format!("{name}::panic_twice");
        ended.aborted().said(&["the first panic", "the second panic", &handler, "aborting"]);
    }
}

#[test]
fn p31_a_handler_that_calls_itself_for_ever_is_the_languages_abort() {
    if let Some(case) = case() {
        return doom!(&*case, recurse);
    }
    for case in ["agent", "server"] {
        let ended = again("abort::p31_a_handler_that_calls_itself_for_ever_is_the_languages_abort", case);
        ended.aborted().said(&["has overflowed its stack"]);
    }
}
