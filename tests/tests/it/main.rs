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
mod blocking;
mod bounds;
mod calls;
mod casts;
mod circles;
mod clock;
mod context;
mod deadlock;
mod downs;
mod ends;
mod gone;
mod hijacked;
mod inline;
mod lifecycle;
mod links;
mod marks;
mod monitors;
mod names;
mod observe;
mod order;
mod panics;
mod pitfalls;
mod probe;
mod registry;
mod runtimes;
mod sources;
mod support;
mod swap;
mod sys;
mod timers;
mod visibility;
