//! The ways to take `self`, and what else may stand before `fn`.

#![deny(warnings)]

use callcast::prelude::*;

struct Counter(u8);

#[agent]
impl Counter {
    #[init]
    const fn new() -> Self {
        Self(1)
    }

    #[call]
    const fn shared(&self) -> u8 {
        self.0
    }

    #[call]
    fn exclusive(&mut self) -> u8 {
        self.0 += 1;
        self.0
    }

    #[call]
    fn typed(self: &Self) -> u8 {
        self.0
    }

    #[call]
    fn typed_exclusive(self: &mut Self) -> u8 {
        self.0 += 1;
        self.0
    }

    #[call]
    fn spelt_out(self: &Counter) -> u8 {
        self.0
    }

    #[cast]
    pub(crate) fn shared_cast(&self) {}
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let counter = Counter::start()?;
    assert_eq!(counter.shared().wait()?, 1);
    assert_eq!(counter.exclusive().wait()?, 2);
    assert_eq!(counter.typed().wait()?, 2);
    assert_eq!(counter.typed_exclusive().wait()?, 3);
    assert_eq!(counter.spelt_out().wait()?, 3);
    counter.shared_cast().wait()?;
    Ok(())
}
