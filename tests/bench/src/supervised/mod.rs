//! Supervised actors of other crates.

pub(crate) mod by_kameo;
pub(crate) mod by_ractor;

use tokio::sync::mpsc::UnboundedSender;

/// Told each time that a child starts, where somebody wants to know.
pub(crate) type Starts<T> = Option<UnboundedSender<T>>;

pub(crate) fn tell<T>(starts: Option<&UnboundedSender<T>>, what: T) {
    if let Some(starts) = starts {
        // Nobody listens any more once a measurement is over.
        drop(starts.send(what));
    }
}
