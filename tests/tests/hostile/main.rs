//! Hostile code: drops, hooks, keys and payloads that panic, what no library can hold back, and secrets that nobody may see.
//!
//! What ends a process is tried in a child: the binary runs one of its own tests again (`child.rs`).

#![cfg(unix)]
#![allow(
    clippy::needless_pass_by_value,
    clippy::unused_async,
    clippy::unused_self,
    reason = "handlers own their arguments and have a receiver"
)]

mod abort;
mod aborting;
mod bombs;
mod built;
mod child;
#[expect(dead_code, reason = "others ask it for more")]
#[path = "../collector/mod.rs"]
mod collector;
mod deputies;
mod hooks;
mod input;
mod keys;
mod panic_hook;
mod secrets;
mod support;
