//! What compiles, and what those are told whose code does not.
//!
//! `TRYBUILD=overwrite cargo test -p callcast-tests --test ui` records the messages; read each one then. What is wrong
//! is a program in `ui/fail`, one for each mistake, and the way out of it one in `ui/mended`: see `mended/main.rs`.

#[test]
fn what_is_right_compiles_and_runs() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}

#[test]
fn what_is_wrong_is_refused_with_a_way_out() {
    trybuild::TestCases::new().compile_fail("ui/fail/*/*.rs");
}
