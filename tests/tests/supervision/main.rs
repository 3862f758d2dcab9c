//! What the test suites of OTP and Elixir check about supervisors, held by callcast: a test for each row, named after its ID.
//!
//! The rows that have no test stand in `../conformance/later.md`, and `../conformance/rows.rs` sees to it that none is forgotten.

#![allow(
    clippy::needless_pass_by_value,
    clippy::unused_self,
    reason = "a message owns its arguments, and a handler has a receiver"
)]

mod auto_shutdown;
#[expect(dead_code, reason = "others ask it for more")]
#[path = "../collector/mod.rs"]
mod collector;
mod dynamic_elixir;
mod ends;
mod probes;
mod storms;
mod supervisor_admin;
mod supervisor_elixir;
mod supervisor_groups;
mod supervisor_many;
mod supervisor_restarts;
mod supervisor_starts;
mod supervisor_trees;
mod support;
mod waited;
