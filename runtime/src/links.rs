//! Links: servers that end together.
//!
//! Each of two linked servers has the other told of its end. No lock is held while another server is touched, so links
//! that are made from both sides at once get in nobody's way, and there is one all the same.

use std::sync::Arc;

use crate::claim::Claim;
use crate::client::Client;
use crate::engine::Core;
use crate::exit::ExitReason;
use crate::kind::{EngineOf, GenServer, Kind as _};
use crate::life::{Life, Tell};
use crate::watch::Exit;

/// Links two servers. One that has ended already counts as one that ends now, for a reason that nobody knows any more.
pub(crate) fn link(this: &Arc<Client<dyn Core>>, other: &Arc<Client<dyn Core>>) {
    if this.core.id() != other.core.id() && tell(this, other, Of::Any) {
        tell(other, this, Of::Any);
    }
}

/// Of which ends a server is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Any,
    /// Not of that of one that has never started: its starter hears of it by the error.
    Started,
}

/// Takes a link back, and the news of an end that has not been handled yet with it.
pub(crate) fn unlink(this: &Life, other: &Life) {
    this.forget_link(other.id());
    other.forget_link(this.id());
}

/// Has `listener` told of the end of `subject`; says whether that is still to come.
fn tell(listener: &Arc<Client<dyn Core>>, subject: &Arc<Client<dyn Core>>, of: Of) -> bool {
    let (listener_life, subject_life) = (listener.core.life(), subject.core.life());
    let tell = exit_teller(listener, subject_life, of);
    match subject_life.watch(tell) {
        Ok(watch) => {
            listener_life.add_link(subject_life.id(), Some(watch));
            true
        }
        Err(tell) => {
            listener_life.add_link(subject_life.id(), None);
            tell(ExitReason::NoProc);
            false
        }
    }
}

fn exit_teller(listener: &Arc<Client<dyn Core>>, subject: &Arc<Life>, of: Of) -> Tell {
    let (listener, subject) = (Arc::downgrade(listener), Arc::downgrade(subject));
    Box::new(move |reason| {
        let (Some(listener), Some(subject)) = (listener.upgrade(), subject.upgrade()) else { return };
        if of == Of::Any || subject.has_started() {
            listener.core.linked_ended(Exit { id: subject.id(), reason });
        } else {
            listener.core.life().forget_link(subject.id());
        }
    })
}

/// Links a server to its starter, before its `init` runs.
pub(crate) struct Linked {
    pub(crate) starter: Arc<Client<dyn Core>>,
}

impl<S: GenServer> Claim<S> for Linked {
    fn claim(&self, _newcomer: &Arc<Life>) -> Result<(), Arc<Life>> {
        Ok(())
    }

    fn open(&self, client: &Arc<Client<EngineOf<S>>>) {
        let client = S::Kind::erase(Arc::clone(client));
        if tell(&self.starter, &client, Of::Started) {
            tell(&client, &self.starter, Of::Any);
        }
    }
}
