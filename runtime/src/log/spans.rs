//! What goes to `tracing`. The fields are those of OpenTelemetry for calls and messages, where it has any.

use std::fmt;
use std::time::Duration;

use tracing::field::{self, Empty};
use tracing::subscriber::NoSubscriber;

use crate::exit::{ExitReason, run_contained};
use crate::id::ServerId;
use crate::life::Life;
use crate::log::Report;

/// A server's own span: whatever runs in it belongs to that server.
pub(crate) type Span = tracing::Span;

pub(super) fn has_subscriber() -> bool {
    // A subscriber that was there for a while only leaves the first true.
    tracing::dispatcher::has_been_set()
        && tracing::dispatcher::get_default(|dispatch| !dispatch.is::<NoSubscriber>())
}

#[inline]
pub(super) fn started<'a>(server: &'static str, id: ServerId, life: impl FnOnce() -> &'a Life) {
    if has_subscriber() {
        begin_span(server, id, life);
    }
}

#[cold]
fn begin_span<'a>(server: &'static str, id: ServerId, life: impl FnOnce() -> &'a Life) {
    run_contained(|| {
        let span = tracing::info_span!(
            parent: None,
            "server",
            rpc.system = "callcast",
            rpc.service = server,
            messaging.system = "callcast",
            messaging.destination.name = Empty,
            server.id = %id,
            server.name = Empty,
        );
        if span.is_disabled() {
            return;
        }
        let life = life();
        let ties = life.ties();
        if let Some(name) = ties.names.first().copied().or(ties.label.as_deref()) {
            span.record("server.name", name).record("messaging.destination.name", name);
        }
        span.in_scope(
            || tracing::debug!(server, %id, parent = life.parent().map(field::display), "a server started"),
        );
        life.set_span(span);
    });
}

/// Says that an agent has ended which nobody has ever waited for.
pub(crate) fn ended_unseen(server: &'static str, id: ServerId) {
    if has_subscriber() {
        run_contained(|| tracing::debug!(server, %id, reason = %ExitReason::Normal, "a server ended"));
    }
}

pub(super) fn report(report: &Report<'_>) {
    let Report { life, ties, reason } = report;
    let (server, id) = (life.name(), life.id());
    if !reason.is_failure() {
        tracing::debug!(server, %id, %reason, "a server ended");
        return;
    }
    tracing::error!(
        server,
        %id,
        name = ties.names.first().copied(),
        label = ties.label.as_deref(),
        rpc.method = reason.handler().or(ties.last),
        state = ties.shown.as_deref(),
        parent = life.parent().map(field::display),
        undelivered = life.undelivered(),
        %reason,
        "a server failed"
    );
}

pub(super) fn complain(life: &Life, text: fmt::Arguments<'_>) {
    tracing::warn!(server = life.name(), id = %life.id(), "a server {text}");
}

pub(super) fn warn(server: &'static str, id: ServerId, text: &str) {
    tracing::warn!(server, %id, "a server {text}");
}

pub(super) fn slow(life: &Life, handler: &'static str, limit: Duration) {
    tracing::warn!(server = life.name(), id = %life.id(), rpc.method = handler, ?limit, "a handler is slow");
}
