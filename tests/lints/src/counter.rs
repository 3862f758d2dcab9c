//! An agent, with what users put on handlers besides.

use callcast::prelude::*;

/// Counts.
#[derive(Debug)]
#[non_exhaustive]
pub struct Counter {
    /// How far it is.
    value: i64,
    /// What it was.
    before: Vec<i64>,
}

#[agent(derive(Debug, Clone, PartialEq, Eq, Hash), timeout = "2s", mailbox = 8)]
impl Counter {
    /// Makes one.
    #[init]
    #[inline]
    #[must_use]
    pub const fn new(value: i64) -> Self {
        Self { value, before: Vec::new() }
    }

    /// The value now; see [`add`](Self::add).
    #[call]
    #[must_use]
    #[inline]
    pub const fn get(&self) -> i64 {
        self.value
    }

    /// Adds to it.
    ///
    /// ```
    /// assert_eq!(1 + 1, 2);
    /// ```
    #[call(timeout = "1s", always)]
    #[inline]
    pub const fn add(&mut self, n: i64) -> i64 {
        self.value = self.value.saturating_add(n);
        self.value
    }

    /// The old name of `get`.
    #[deprecated(note = "call `get`")]
    #[call]
    #[inline]
    #[must_use]
    pub const fn value(&self) -> i64 {
        self.value
    }

    /// Sets it.
    ///
    /// # Errors
    ///
    /// Where it would be negative.
    #[cast]
    #[inline]
    pub const fn set(&mut self, #[into] value: i64) -> Result<(), core::fmt::Error> {
        if value < 0 {
            return Err(core::fmt::Error);
        }
        self.value = value;
        Ok(())
    }

    /// Takes as many as clippy lets it.
    #[call]
    #[inline]
    #[must_use]
    pub const fn many(&self, one: u8, two: u8, three: u8, four: u8, five: u8, six: u8) -> [u8; 6] {
        [one, two, three, four, five, six]
    }

    /// Is there under one condition, and not under another.
    #[cfg(not(any()))]
    #[cfg_attr(not(any()), must_use)]
    #[call]
    #[inline]
    pub const fn there(&self) -> bool {
        self.before.is_empty()
    }

    /// Is not there.
    #[cfg(any())]
    #[call]
    pub fn nowhere(&self) -> Missing {
        Missing
    }
}

/// An agent that is to be made in another way.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Old;

#[agent]
impl Old {
    /// Makes one.
    #[init]
    #[inline]
    #[must_use]
    #[deprecated(note = "use `Counter`")]
    pub const fn create() -> Self {
        Self
    }
}
