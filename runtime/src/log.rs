//! What is said of a server that starts, ends, or is slow: to `tracing` where that has a subscriber; else failures and
//! slow handlers go to standard error.
//!
//! What is in a message is never said, and of a state only what its `#[format_status]` shows.

#[cfg(not(feature = "tracing"))]
#[path = "log/no_spans.rs"]
mod spans;
#[cfg(feature = "tracing")]
mod spans;

use std::fmt;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::background::{self, Alarm};
use crate::exit::{ExitReason, run_contained};
use crate::id::ServerId;
use crate::life::{Life, Ties};
pub(crate) use crate::log::spans::{Span, ended_unseen};

/// Says that a server or an agent has started, and gives it its span where somebody listens.
#[inline]
pub(crate) fn started<'a>(server: &'static str, id: ServerId, life: impl FnOnce() -> &'a Life) {
    if cfg!(panic = "abort") {
        nothing_is_held_back(server, id);
    }
    spans::started(server, id, life);
}

/// Says once, of the first server, that a panic in any will end the process: that is how the program is built.
#[cold]
fn nothing_is_held_back(server: &'static str, id: ServerId) {
    static SAID: AtomicBool = AtomicBool::new(false);
    // Whoever listens may start a server as well, so nothing is held while he is told.
    if SAID.swap(true, Ordering::Relaxed) {
        return;
    }
    run_contained(|| {
        let text = "starts in a program that is built with `panic = \"abort\"`: a panic in it, or in any other server, \
                    ends the process";
        if spans::has_subscriber() {
            spans::warn(server, id, text);
        } else {
            print(format_args!("server `{server}` {id} {text}"));
        }
    });
}

/// What is known of an end.
pub(crate) struct Report<'a> {
    life: &'a Life,
    ties: Ties,
    reason: ExitReason,
}

/// Says why a server has ended: failures as errors, the rest for those who debug.
///
/// A subscriber that panics, or a standard error that is closed, is no reason for anything else to fail.
pub(crate) fn ended(report: Option<Report<'_>>) {
    let Some(report) = report else { return };
    run_contained(|| {
        if spans::has_subscriber() {
            report.life.in_span(|| spans::report(&report));
        } else {
            report.print();
        }
    });
}

/// What there is to be said of an end, before all is forgotten; nothing, where nobody listens.
pub(crate) fn report(life: &Life) -> Option<Report<'_>> {
    let reason = life.reason()?;
    (reason.is_failure() || spans::has_subscriber()).then(|| Report { life, ties: life.ties(), reason })
}

impl Report<'_> {
    /// A kill was asked for, and a panic has already been printed by the panic hook: what is left is an error's text.
    fn print(&self) {
        let Self { life, ties, reason: ExitReason::Failed(failure) } = self else { return };
        let state = ties.shown.as_ref().map(|shown| format!(" (its state: {shown})")).unwrap_or_default();
        print(format_args!("server `{}` {} ended: {failure}{state}", life.name(), life.id()));
    }
}

fn print(text: fmt::Arguments<'_>) {
    // One write, so that two do not mix.
    let line = format!("callcast: {text}\n");
    drop(io::stderr().write_all(line.as_bytes()));
}

/// Names a handler in the log while it runs for longer than it should.
///
/// The helper thread keeps the time, so that it speaks also of a handler that blocks its thread.
pub(crate) struct Watchdog(Arc<Alarm>);

impl Watchdog {
    pub(crate) fn new(life: &Arc<Life>, handler: &'static str, limit: Duration) -> Self {
        let life = Arc::clone(life);
        Self(background::after(limit, move || slow(&life, handler, limit)))
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        background::cancel(&self.0);
    }
}

/// Says that a supervisor ends because its children have failed too often.
pub(crate) fn gave_up(life: &Life, restarts: u64) {
    complain(life, format_args!("gives up after {restarts} restarts: too many in too short a time"));
}

/// Says that a child did not start.
pub(crate) fn child_failed(child: &Life, id: &str, error: &str) {
    complain(child, format_args!("did not start as child `{id}`: {error}"));
}

/// Says that a server did not end in time, and what it was doing.
pub(crate) fn overdue(life: &Life) {
    let at = life.running().map(|(handler, _)| format!(", in `{handler}`,")).unwrap_or_default();
    complain(life, format_args!("has not stopped in time{at} and is killed"));
}

/// Says that a server that was killed has not ended, since its handler blocks its thread, and that nobody waits for it.
pub(crate) fn left_behind(life: &Life) {
    let at = life.running().map(|(handler, _)| format!(" in `{handler}`")).unwrap_or_default();
    complain(
        life,
        format_args!("was killed, and has not ended: it blocks its thread{at}, and is left behind"),
    );
}

fn complain(life: &Life, text: fmt::Arguments<'_>) {
    run_contained(|| {
        if spans::has_subscriber() {
            life.in_span(|| spans::complain(life, text));
        } else {
            print(format_args!("server `{}` {} {text}", life.name(), life.id()));
        }
    });
}

fn slow(life: &Life, handler: &'static str, limit: Duration) {
    if spans::has_subscriber() {
        life.in_span(|| spans::slow(life, handler, limit));
    } else {
        let (name, id) = (life.name(), life.id());
        print(format_args!("`{name}::{handler}` of server {id} has been running for more than {limit:?}"));
    }
}
