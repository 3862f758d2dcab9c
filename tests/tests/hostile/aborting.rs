//! A program that is built with `panic = "abort"`: `examples/aborting.rs`.

use std::process::Command;

use crate::built::built;
use crate::child::{Ended, run};

const WARNING: &str = "is built with `panic = \"abort\"`";

#[test]
fn p29_with_panic_abort_all_works_but_for_restarts_and_a_log_line_says_so() {
    let program = &built().program;
    let act = |act: &str| -> Ended { run(Command::new(program).arg(act).env("RUST_BACKTRACE", "1")) };
    // Nobody listens: it goes to standard error, once, at the start of the first server.
    let work = act("work").well();
    assert_eq!(work.err.matches(WARNING).count(), 1, "{work:#?}");
    assert!(work.err.starts_with("callcast: server `Worker` #"), "{work:#?}");
    assert_eq!(work.out, "all is well\n");
    // To `tracing`, where somebody listens.
    let logged = act("log").well();
    assert_eq!(logged.err, "", "{logged:#?}");
    assert_eq!(logged.out, "all is well\n1 warning of Worker\n");
    // And a panic is the end of all. Which server it was stands in the backtrace, where one is asked for.
    act("panic").aborted().said(&["server `Worker`", WARNING, "the last words", "Worker::boom"]);
    act("panic in an agent").aborted().said(&["server `Desk`", WARNING, "the last words", "Desk::boom"]);
}
