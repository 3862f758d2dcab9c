//! What goes wrong at the worst of moments under a supervisor: each was a fault once.

#![allow(
    clippy::needless_pass_by_value,
    clippy::unused_self,
    reason = "a message owns its arguments, and a handler has a receiver"
)]

mod attempts;
mod foreign;
mod init_elsewhere;
mod storm;
mod support;
mod unborn;
mod waiting;
