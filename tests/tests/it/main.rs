//! How callcast behaves, a module for each part of its promises.

#![allow(
    clippy::items_after_statements,
    clippy::needless_pass_by_value,
    clippy::unused_async,
    clippy::unused_self,
    reason = "handlers own their arguments and have a receiver, and a test's own server stands in the test"
)]

mod access;
mod agents;
mod back_pressure;
mod calls;
mod casts;
mod context;
mod deadlock;
mod ends;
mod inline;
mod lifecycle;
mod linearizable;
mod links;
mod monitors;
mod names;
mod observe;
mod order;
mod panics;
mod pitfalls;
mod registry;
mod runtimes;
mod support;
mod sys;
mod timers;
mod visibility;
