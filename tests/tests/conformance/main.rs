//! What the test suites of OTP and Elixir check, held by callcast: a test for each row, named after its ID.
//!
//! `later.md` lists the rows that have no test, and why.

#![allow(
    clippy::needless_pass_by_value,
    clippy::unused_self,
    reason = "a message owns its arguments, and a handler has a receiver"
)]

mod agent_elixir;
mod gen_server_elixir;
mod gen_server_otp;
mod probes;
mod rows;
mod support;
