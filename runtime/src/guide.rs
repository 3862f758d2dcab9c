//! Guide pages: how things are done, with examples that run.

#[doc = include_str!("../guide/testing.md")]
pub mod testing {}

#[doc = include_str!("../guide/service.md")]
pub mod service {}
