//! What is said of a server that ends, or that is slow: to `tracing` with that feature, else to standard error.

#[cfg(not(feature = "tracing"))]
use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use crate::background::{self, Alarm};
use crate::exit::{ExitReason, run_contained};
use crate::life::Life;

/// Says why a server has ended: failures as errors, the rest for those who debug.
///
/// A subscriber that panics, or a standard error that is closed, is no reason for anything else to fail.
pub(crate) fn ended(life: &Life) {
    let Some(reason) = life.reason() else { return };
    run_contained(|| if reason.is_failure() { error(life, &reason) } else { debug(life, &reason) });
}

/// Says that an agent has ended which nobody has ever waited for.
#[cfg(feature = "tracing")]
pub(crate) fn ended_unseen(server: &'static str, id: crate::id::ServerId) {
    run_contained(|| tracing::debug!(server, %id, reason = %ExitReason::Normal, "a server ended"));
}

#[cfg(not(feature = "tracing"))]
pub(crate) const fn ended_unseen(_server: &'static str, _id: crate::id::ServerId) {}

#[cfg(feature = "tracing")]
fn error(life: &Life, reason: &ExitReason) {
    tracing::error!(server = life.name(), id = %life.id(), %reason, "a server failed");
}

#[cfg(feature = "tracing")]
fn debug(life: &Life, reason: &ExitReason) {
    tracing::debug!(server = life.name(), id = %life.id(), %reason, "a server ended");
}

/// A kill was asked for, and a panic has already been printed by the panic hook: what is left is an error's text.
#[cfg(not(feature = "tracing"))]
fn error(life: &Life, reason: &ExitReason) {
    if let ExitReason::Failed(failure) = reason {
        let (name, id) = (life.name(), life.id());
        drop(writeln!(io::stderr(), "callcast: server `{name}` {id} ended: {failure}"));
    }
}

#[cfg(not(feature = "tracing"))]
fn debug(_life: &Life, _reason: &ExitReason) {}

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

#[cfg(feature = "tracing")]
fn slow(life: &Life, handler: &'static str, limit: Duration) {
    tracing::warn!(server = life.name(), id = %life.id(), handler, ?limit, "a handler is slow");
}

#[cfg(not(feature = "tracing"))]
fn slow(life: &Life, handler: &'static str, limit: Duration) {
    let (name, id) = (life.name(), life.id());
    let text = format_args!("`{name}::{handler}` of server {id} has been running for more than {limit:?}")
        .to_string();
    drop(writeln!(io::stderr(), "callcast: {text}"));
}
