//! What one seed is like: each has some kinds of trees and of faults more than others.

use crate::rng::Rng;

#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each can be had without the others")]
pub(crate) struct Options {
    /// Workers in one tree, at most.
    pub(crate) workers: u64,
    /// Levels of supervisors.
    pub(crate) depth: usize,
    pub(crate) clients: u64,
    /// Workers in a hundred that are agents.
    pub(crate) agents: u64,
    /// Workers in a hundred that watch others, or are linked to one.
    pub(crate) watchers: u64,
    pub(crate) links: u64,
    /// Whether the root lives through all that its children do.
    pub(crate) is_patient: bool,
    pub(crate) backoffs: bool,
    /// Messages in a hundred that ask for something bad.
    pub(crate) bad: u64,
    /// Milliseconds between two messages of a client, at most.
    pub(crate) pause: u64,
    pub(crate) jumps: bool,
    pub(crate) bombs: bool,
    pub(crate) hangs: bool,
    pub(crate) floods: bool,
    pub(crate) suspends: bool,
}

impl Options {
    pub(crate) fn random(rng: &mut Rng) -> Self {
        Self {
            workers: match rng.below(20) {
                0 => rng.between(80, 160),
                1..5 => rng.between(20, 50),
                _ => rng.between(3, 15),
            },
            depth: usize::try_from(rng.between(1, 3)).expect("it is small"),
            clients: rng.between(4, 10),
            agents: rng.pick(&[0, 20, 20, 50]),
            watchers: rng.pick(&[0, 20, 60]),
            links: rng.pick(&[0, 0, 10]),
            is_patient: rng.percent(60),
            backoffs: rng.percent(40),
            bad: rng.pick(&[4, 10, 25]),
            pause: rng.pick(&[5, 50, 200]),
            jumps: rng.percent(50),
            bombs: rng.percent(60),
            hangs: rng.percent(60),
            floods: rng.percent(50),
            suspends: rng.percent(50),
        }
    }
}
