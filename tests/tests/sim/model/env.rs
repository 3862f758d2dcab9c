//! What the model has instead of a world: a clock, a journal, and what the next `init`s will do.

use std::collections::{BTreeMap, VecDeque};

use crate::journal::Note;
use crate::servers::{InitDoes, Scripts};

#[derive(Clone, Debug, Default)]
pub(crate) struct Env {
    /// Milliseconds since the beginning.
    pub(crate) now: u64,
    /// When something was last due.
    pub(crate) last_due: u64,
    /// What has happened. Not in the order of time: what happens together is told one after the other.
    pub(crate) journal: Vec<Note>,
    pub(crate) scripts: Scripts,
    begun: BTreeMap<String, u32>,
    /// Two things stand at the same moment, and no rule says which is first.
    pub(crate) is_ambiguous: bool,
    /// The same, and what comes of it differs.
    pub(crate) is_undecided: bool,
}

impl Env {
    /// Another incarnation begins: gives its number.
    pub(crate) fn begin(&mut self, path: &str) -> u32 {
        let number = self.begun.entry(path.to_owned()).or_insert(0);
        *number += 1;
        *number
    }

    pub(crate) fn init(&mut self, path: &str, number: u32) -> InitDoes {
        let next = self.scripts.get_mut(path).and_then(VecDeque::pop_front);
        let does = next.unwrap_or(InitDoes::Work);
        self.note(self.now, path, format!("init {path}#{number} {does:?}"));
        does
    }

    /// Whether an `init` to come does something else than to work.
    pub(crate) fn has_script(&self, path: &str) -> bool {
        self.scripts.get(path).is_some_and(|script| !script.is_empty())
    }

    pub(crate) fn note(&mut self, at: u64, path: &str, text: String) {
        self.journal.push(Note { at, path: path.to_owned(), text });
    }
}
