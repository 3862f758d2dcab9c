//! What is not compiled is nowhere: no variant, no arm, no client method.

#![deny(warnings)]
#![allow(unexpected_cfgs, reason = "`missing` is a condition that never holds")]

use callcast::prelude::*;

struct Counter(u8);

#[agent]
impl Counter {
    #[cfg(not(missing))]
    #[init]
    fn new() -> Self {
        Self(1)
    }

    #[cfg(missing)]
    #[init]
    fn new(missing: Missing) -> Self {
        Self(missing.into())
    }

    #[cfg(missing)]
    #[call]
    fn gone(&self, missing: Missing) -> Missing {
        missing
    }

    #[call]
    #[cfg_attr(not(missing), doc = "The value.", cfg(not(missing)), inline)]
    fn get(&self) -> u8 {
        self.0
    }

    #[cfg_attr(not(missing), cfg(missing))]
    #[call]
    fn get_too(&self, missing: Missing) {}

    // All casts are gone.
    #[cfg(missing)]
    #[cast]
    fn reset(&mut self, missing: Missing) {}
}

struct Worker;

#[server]
impl Worker {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cfg(missing)]
    #[call]
    fn gone(&self) -> Missing {}

    #[cfg(missing)]
    #[every("30s")]
    fn tick(&mut self) {}

    #[cfg(missing)]
    #[idle("30s")]
    fn quiet(&mut self) {}

    #[cfg(missing)]
    #[exit]
    fn linked_ended(&mut self, exit: Exit) {}

    #[cfg(missing)]
    #[terminate]
    fn close(&mut self) {}

    #[cfg(missing)]
    #[format_status]
    fn shown(&self) -> Missing {}

    #[cfg(not(missing))]
    #[terminate]
    fn close(&mut self, _reason: &ExitReason) {}
}

#[agent]
#[cfg(missing)]
impl Missing {
    #[init]
    fn new() -> Self {
        Self
    }
}

struct Generic<T>(T);

#[agent]
impl<T: Clone + Send + 'static> Generic<T> {
    #[init]
    fn new(value: T) -> Self {
        Self(value)
    }

    // The only mention of `T` in a message.
    #[cfg(missing)]
    #[call]
    fn get(&self) -> T {
        self.0.clone()
    }

    #[call]
    fn len(&self) -> usize {
        size_of_val(&self.0)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    assert_eq!(Counter::start()?.get().wait()?, 1);
    let _ = Worker::spec();
    assert_eq!(Generic::start(1_u8)?.len().wait()?, 1);
    Ok(())
}
