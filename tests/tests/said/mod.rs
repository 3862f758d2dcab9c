//! What a test has to say to whoever adds it up: lines that nobody else's output is mixed with.

use std::fmt::Display;

/// Prints these lines in one write: what tests beside this one print at the same time, and what the harness says of them,
/// splits none of them.
pub(crate) fn say(lines: impl Display) {
    let lines = format!("{lines}\n");
    eprint!("{lines}");
}
