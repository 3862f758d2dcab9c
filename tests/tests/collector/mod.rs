//! A subscriber that keeps what is logged, with the spans in which that was.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use callcast::ServerId;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// The fields of an event or a span, as text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(BTreeMap<&'static str, String>);

/// An event, and the spans in which it was logged, the innermost last.
#[derive(Clone, Debug)]
pub(crate) struct Logged {
    pub(crate) level: Level,
    pub(crate) fields: Fields,
    pub(crate) spans: Vec<Fields>,
}

/// All that was logged; a clone shares it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Collector(Arc<Mutex<Collected>>);

#[derive(Debug, Default)]
struct Collected {
    events: Vec<Logged>,
    /// The span of the id `n + 1` stands at `n`.
    spans: Vec<Fields>,
    entered: HashMap<ThreadId, Vec<u64>>,
}

impl Fields {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

impl Logged {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name)
    }

    pub(crate) fn message(&self) -> &str {
        self.get("message").unwrap_or_default()
    }
}

impl Collector {
    fn lock(&self) -> MutexGuard<'_, Collected> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn events(&self) -> Vec<Logged> {
        self.lock().events.clone()
    }

    /// What was said of this server.
    pub(crate) fn of(&self, id: ServerId) -> Vec<Logged> {
        let id = id.to_string();
        self.events().into_iter().filter(|event| event.get("id") == Some(&id)).collect()
    }

    /// What was said of this server that somebody should look at.
    pub(crate) fn complaints(&self, id: ServerId) -> Vec<Logged> {
        self.of(id).into_iter().filter(|event| event.level <= Level::WARN).collect()
    }

    /// Every word of it.
    pub(crate) fn text(&self) -> String {
        format!("{:?}", self.lock())
    }
}

fn index(id: u64) -> usize {
    usize::try_from(id - 1).expect("so many spans there are not")
}

impl Subscriber for Collector {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let mut collected = self.lock();
        collected.spans.push(fields);
        Id::from_u64(collected.spans.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        values.record(&mut self.lock().spans[index(span.into_u64())]);
    }

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut collected = self.lock();
        let entered = collected.entered.get(&thread::current().id()).cloned().unwrap_or_default();
        let spans = entered.into_iter().map(|id| collected.spans[index(id)].clone()).collect();
        collected.events.push(Logged { level: *event.metadata().level(), fields, spans });
    }

    fn enter(&self, span: &Id) {
        self.lock().entered.entry(thread::current().id()).or_default().push(span.into_u64());
    }

    fn exit(&self, span: &Id) {
        if let Some(entered) = self.lock().entered.get_mut(&thread::current().id()) {
            let last = entered.iter().rposition(|id| *id == span.into_u64());
            last.map(|last| entered.remove(last));
        }
    }
}
