//! Messages, and sets of them.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

/// A message: whose, and which of those, from 1 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mail {
    pub(crate) producer: usize,
    pub(crate) number: u64,
}

/// A bit for each message.
pub(crate) struct Bits {
    words: Vec<AtomicU64>,
    /// How many messages of one producer there can be.
    each: u64,
}

impl Bits {
    pub(crate) fn new(producers: usize, each: u64) -> Self {
        // One more, since they are numbered from 1 on.
        let bits = producers as u64 * (each + 1);
        Self { words: (0..=bits / 64).map(|_| AtomicU64::new(0)).collect(), each }
    }

    /// How many messages of one producer there can be.
    pub(crate) const fn each(&self) -> u64 {
        self.each
    }

    fn place(&self, mail: Mail) -> (&AtomicU64, u64) {
        let bit = mail.producer as u64 * (self.each + 1) + mail.number;
        let word = usize::try_from(bit / 64).expect("it fits into memory");
        (&self.words[word], 1 << (bit % 64))
    }

    /// Returns whether it was set before.
    pub(crate) fn set(&self, mail: Mail) -> bool {
        let (word, bit) = self.place(mail);
        word.fetch_or(bit, SeqCst) & bit != 0
    }

    pub(crate) fn has(&self, mail: Mail) -> bool {
        let (word, bit) = self.place(mail);
        word.load(SeqCst) & bit != 0
    }

    /// How many messages are in it.
    pub(crate) fn count(&self) -> u32 {
        self.words.iter().map(|word| word.load(SeqCst).count_ones()).sum()
    }

    /// How many messages are in both.
    pub(crate) fn common(&self, other: &Self) -> u32 {
        let words = self.words.iter().zip(&other.words);
        words.map(|(one, two)| (one.load(SeqCst) & two.load(SeqCst)).count_ones()).sum()
    }

    /// How many messages are in this and not in the other.
    pub(crate) fn beyond(&self, other: &Self) -> u32 {
        let words = self.words.iter().zip(&other.words);
        words.map(|(one, two)| (one.load(SeqCst) & !two.load(SeqCst)).count_ones()).sum()
    }
}
