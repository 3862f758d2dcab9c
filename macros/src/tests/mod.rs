//! What the macros write, and that they write it whatever they are given.

mod fuzz;
mod odd_input;
mod oracle;
mod snapshots;
mod tree;
