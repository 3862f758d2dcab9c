//! Guide pages: how things are done, with examples that run.

#[doc = include_str!("../guide/testing.md")]
pub mod testing {}
