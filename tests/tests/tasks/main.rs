//! What Elixir's test suites check about tasks and partitions, held by callcast: a test for each row, named after its ID.
//!
//! `not_here.md` lists the rows that have no test, and why; `rows.rs` sees to it that none is forgotten.

#![allow(
    clippy::needless_pass_by_value,
    clippy::unused_self,
    reason = "a message owns its arguments, and a handler has a receiver"
)]

#[path = "../collector/mod.rs"]
#[expect(dead_code, reason = "it can more than is asked of it here")]
mod collector;
mod partition_elixir;
mod partition_resize;
mod rows;
mod support;
mod task_await;
mod task_elixir;
mod task_shutdown;
mod task_stream;
mod task_stream_parts;
mod task_supervisor_elixir;
mod task_supervisor_stream;
mod task_yield;
