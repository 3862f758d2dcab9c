//! What a server takes before its `init` runs, and gives back when it has ended: names, and entries in registries.

use std::sync::Arc;

use crate::client::Client;
use crate::exit::ExitReason;
use crate::kind::{EngineOf, GenServer};
use crate::life::Life;

/// A place that one server has at a time, or an entry among others.
pub(crate) trait Claim<S: GenServer>: Send + Sync {
    /// Takes it for a server that is about to start, until that has ended; says who has it, where it is taken.
    fn claim(&self, newcomer: &Arc<Life>) -> Result<(), Arc<Life>>;

    /// The server can be reached from now on.
    fn open(&self, client: &Arc<Client<EngineOf<S>>>);
}

/// What a server is called besides: nobody has it for himself.
pub(crate) struct Label(pub(crate) Arc<str>);

impl<S: GenServer> Claim<S> for Label {
    fn claim(&self, newcomer: &Arc<Life>) -> Result<(), Arc<Life>> {
        newcomer.set_label(Arc::clone(&self.0));
        Ok(())
    }

    fn open(&self, _client: &Arc<Client<EngineOf<S>>>) {}
}

/// All that a spec claims.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "part of a spec, whose own says all")]
pub struct Claims<S: GenServer>(Vec<Arc<dyn Claim<S>>>);

impl<S: GenServer> Claims<S> {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn add(&mut self, claim: Arc<dyn Claim<S>>) {
        self.0.push(claim);
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All or none of them: where one is taken, the newcomer ends, and gives back what it has.
    pub(crate) fn claim(&self, newcomer: &Arc<Life>) -> Result<(), Arc<Life>> {
        // Also where a key's own code panics.
        let mut refused = Refused(Some(newcomer));
        for claim in &self.0 {
            if let Err(holder) = claim.claim(newcomer)
                // What it has already it need not have twice.
                && holder.id() != newcomer.id()
            {
                return Err(holder);
            }
        }
        refused.0 = None;
        Ok(())
    }

    pub(crate) fn open(&self, client: &Arc<Client<EngineOf<S>>>) {
        for claim in &self.0 {
            claim.open(client);
        }
    }
}

/// A newcomer that has not got all that it claims: the drop of this ends it.
struct Refused<'a>(Option<&'a Arc<Life>>);

impl Drop for Refused<'_> {
    fn drop(&mut self) {
        if let Some(newcomer) = self.0 {
            newcomer.begin_exit(ExitReason::Normal);
            newcomer.finish();
        }
    }
}
