//! A seed that stands still is named.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use super::world::World;

/// So long a seed may take, on a machine that has much else to do.
const LIMIT: Duration = Duration::from_mins(3);

/// Looks at one seed until this is dropped.
pub(crate) struct Watchdog(#[expect(dead_code, reason = "its drop is the sign")] Sender<()>);

impl Watchdog {
    pub(crate) fn start(seed: u64, world: &Arc<World>) -> Self {
        let (alive, end) = mpsc::channel();
        let world = Arc::downgrade(world);
        thread::spawn(move || {
            if end.recv_timeout(LIMIT) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            eprintln!("seed {seed} stands still:");
            if let Some(world) = world.upgrade() {
                match world.try_state() {
                    Some(state) => eprintln!("{}", state.story()),
                    None => eprintln!("its state is locked"),
                }
            }
            // Nothing else ends a thread that does not come back.
            std::process::abort();
        });
        Self(alive)
    }
}
