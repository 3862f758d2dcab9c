//! What has happened in a tree, as the model and the servers write it down, in a form in which both can be compared.

use std::collections::BTreeSet;
use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Note {
    /// Milliseconds since the beginning.
    pub(crate) at: u64,
    /// Whose note it is.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>8} {}", self.at, self.text)
    }
}

/// Puts what has no order of its own in one: each child of a dynamic supervisor is told of by itself. What is left keeps the
/// order of time, or none where that says nothing.
pub(crate) fn in_order(mut notes: Vec<Note>, dynamic: &BTreeSet<String>, is_ambiguous: bool) -> Vec<String> {
    if is_ambiguous {
        notes.sort();
    }
    notes.sort_by_key(|note| (alone(&note.path, dynamic).to_owned(), note.at));
    notes.iter().map(ToString::to_string).collect()
}

/// The child of a dynamic supervisor that this is or is below of, nearest to the top; nothing for others.
fn alone<'a>(path: &'a str, dynamic: &BTreeSet<String>) -> &'a str {
    let ends = path.match_indices('.').map(|(end, _)| end).chain([path.len()]);
    let mut above = "";
    for end in ends {
        if dynamic.contains(above) {
            return &path[..end];
        }
        above = &path[..end];
    }
    ""
}
