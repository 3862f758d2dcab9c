//! Without `tracing` there are no spans, and nobody listens.

use std::fmt;
use std::time::Duration;

use crate::id::ServerId;
use crate::life::Life;
use crate::log::Report;

/// There is none.
#[derive(Clone)]
pub(crate) enum Span {}

impl Span {
    pub(crate) fn in_scope<T>(&self, _run: impl FnOnce() -> T) -> T {
        match *self {}
    }
}

pub(super) const fn has_subscriber() -> bool {
    false
}

pub(super) fn started<'a>(_server: &'static str, _id: ServerId, _life: impl FnOnce() -> &'a Life) {}

pub(crate) const fn ended_unseen(_server: &'static str, _id: ServerId) {}

pub(super) const fn report(_report: &Report<'_>) {}

pub(super) const fn complain(_life: &Life, _text: fmt::Arguments<'_>) {}

pub(super) const fn warn(_server: &'static str, _id: ServerId, _text: &str) {}

pub(super) const fn slow(_life: &Life, _handler: &'static str, _limit: Duration) {}
