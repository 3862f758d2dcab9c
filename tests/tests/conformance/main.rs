//! What the test suites of OTP and Elixir check, held by callcast: a test for each row, named after its ID.
//!
//! `later.md` lists the rows that have no test, and why.

#![allow(
    clippy::needless_pass_by_value,
    clippy::unused_self,
    reason = "a message owns its arguments, and a handler has a receiver"
)]

mod agent_elixir;
#[path = "../collector/mod.rs"]
mod collector;
mod gen_server_elixir;
mod gen_server_names;
mod gen_server_otp;
mod gen_server_registry;
mod gen_server_reports;
mod gen_statem;
mod groups;
mod probes;
mod proc_lib;
mod process;
mod promises;
mod registry;
mod registry_duplicate;
mod registry_unique;
mod rows;
mod support;
mod sys;
