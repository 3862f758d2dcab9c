//! What a slip of the hand, an unfinished edit or a `macro_rules!` makes of a block.

use proc_macro2::Delimiter;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::tests::tree::{self, Tree};

/// rustc reads code that is nested deeper, but 128 levels of macros and types are its own limit.
const DEEPEST: usize = 100;
/// A tree larger than this is not copied: copies of copies would be all that there is.
const LARGEST_COPY: usize = 300;

#[derive(Debug, Clone)]
pub(super) struct Mutation {
    place: Index,
    change: Change,
}

#[derive(Debug, Clone)]
enum Change {
    Delete,
    Duplicate,
    Swap,
    /// Half typed: nothing comes any more.
    Truncate,
    Replace(Index),
    Insert(Index),
    /// Copies what stands at another place.
    Copy(Index),
    Wrap(Delimiter, usize),
    Unwrap,
}

pub(super) fn any() -> impl Strategy<Value = Mutation> {
    let change = prop_oneof![
        3 => Just(Change::Delete),
        2 => Just(Change::Duplicate),
        2 => Just(Change::Swap),
        1 => Just(Change::Truncate),
        4 => index().prop_map(Change::Replace),
        6 => index().prop_map(Change::Insert),
        3 => index().prop_map(Change::Copy),
        2 => wrap(),
        1 => Just(Change::Unwrap),
    ];
    (index(), change).prop_map(|(place, change)| Mutation { place, change })
}

/// Grows token trees from nothing.
pub(super) fn insertion() -> impl Strategy<Value = Mutation> {
    let change = prop_oneof![
        6 => index().prop_map(Change::Insert),
        1 => wrap(),
    ];
    (index(), change).prop_map(|(place, change)| Mutation { place, change })
}

/// Of another place, the same mutation is another one: only their number shrinks.
pub(super) fn index() -> impl Strategy<Value = Index> {
    proptest::arbitrary::any::<Index>().no_shrink()
}

fn wrap() -> impl Strategy<Value = Change> {
    let delimiter = prop::sample::select(vec![
        Delimiter::None,
        Delimiter::None,
        Delimiter::Parenthesis,
        Delimiter::Bracket,
        Delimiter::Brace,
    ]);
    let times = prop_oneof![4 => Just(1), 1 => 2..60_usize];
    (delimiter, times).prop_map(|(delimiter, times)| Change::Wrap(delimiter, times))
}

impl Mutation {
    pub(super) fn apply(&self, trees: &mut Vec<Tree>, phrases: &[Vec<Tree>]) {
        let places = tree::places(trees);
        let phrase = match &self.change {
            Change::Replace(phrase) | Change::Insert(phrase) => phrase.get(phrases).clone(),
            Change::Copy(from) => copied(trees, from.index(places)),
            _ => Vec::new(),
        };
        let room = DEEPEST.saturating_sub(tree::depth(trees));
        tree::edit_at(trees, self.place.index(places), |trees, at| {
            self.change.apply(trees, at, phrase, room);
        });
    }
}

fn copied(trees: &mut Vec<Tree>, place: usize) -> Vec<Tree> {
    let mut copy = Vec::new();
    tree::edit_at(trees, place, |trees, at| copy.extend(trees.get(at).cloned()));
    if tree::count(&copy) > LARGEST_COPY { Vec::new() } else { copy }
}

impl Change {
    fn apply(&self, trees: &mut Vec<Tree>, at: usize, phrase: Vec<Tree>, room: usize) {
        let here = at..trees.len().min(at + 1);
        match self {
            Self::Delete => drop(trees.splice(here, [])),
            Self::Duplicate => {
                let copy: Vec<_> = trees[here]
                    .iter()
                    .filter(|tree| tree::count(tree.inside()) < LARGEST_COPY)
                    .cloned()
                    .collect();
                trees.splice(at..at, copy);
            }
            Self::Swap if at + 1 < trees.len() => trees.swap(at, at + 1),
            Self::Swap => {}
            Self::Truncate => trees.truncate(at),
            Self::Replace(_) => drop(trees.splice(here, phrase)),
            Self::Insert(_) | Self::Copy(_) => drop(trees.splice(at..at, phrase)),
            // No `macro_rules!` makes a group of a punctuation mark.
            Self::Wrap(Delimiter::None, _) if trees.get(at).is_some_and(Tree::is_mark) => {}
            Self::Wrap(delimiter, times) => {
                let wrapped = trees.splice(here, []).collect();
                let wrap = |inner, _| vec![Tree::Group(*delimiter, inner)];
                let wrapped = (0..*times.min(&room)).fold(wrapped, wrap);
                trees.splice(at..at, wrapped);
            }
            Self::Unwrap => {
                let inner = trees.get_mut(at).map(Tree::take_inside).unwrap_or_default();
                trees.splice(at..at, inner);
            }
        }
    }
}
