//! Numbers that are the same for the same seed: `SplitMix64`.

pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) const fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % most
    }

    /// A place among so many.
    #[expect(clippy::cast_possible_truncation, reason = "it is less than a number that fits")]
    pub(crate) const fn index(&mut self, count: usize) -> usize {
        self.below(count as u64) as usize
    }

    /// True so often of a hundred times.
    pub(crate) const fn percent(&mut self, often: u64) -> bool {
        self.below(100) < often
    }
}
