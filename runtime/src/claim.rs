//! What a server takes before its `init` runs, and gives back when it has ended: names, and entries in registries.

use std::sync::Arc;

use crate::client::Client;
use crate::exit::ExitReason;
use crate::kind::{GenServer, Shared};
use crate::life::Life;
use crate::supervise::Post;

/// A place that one server has at a time, or an entry among others.
pub(crate) trait Claim<S: GenServer>: Send + Sync {
    /// Takes it for a server that is about to start, until that has ended; says who has it, where it is taken.
    fn claim(&self, newcomer: &Arc<Life>) -> Result<(), Arc<Life>>;

    /// The server can be reached from now on.
    fn open(&self, client: &Shared<S>);

    /// Whether it was taken when it was claimed last, by one that is as good for all who wanted this one.
    fn has_given_way(&self) -> bool {
        false
    }

    /// Whether it was taken by one that may be as good, when its `init` is done. Asked of what has just been refused.
    fn may_give_way(&self) -> bool {
        false
    }
}

/// Why a newcomer has not got all that it claims.
pub(crate) struct Taken {
    /// Who has it.
    pub(crate) holder: Arc<Life>,
    /// Whether the newcomer may not be needed any more, when the holder's `init` is done.
    pub(crate) may_give_way: bool,
}

/// What a server is called besides: nobody has it for himself.
pub(crate) struct Label(pub(crate) Arc<str>);

impl<S: GenServer> Claim<S> for Label {
    fn claim(&self, newcomer: &Arc<Life>) -> Result<(), Arc<Life>> {
        newcomer.set_label(Arc::clone(&self.0));
        Ok(())
    }

    fn open(&self, _client: &Shared<S>) {}
}

/// All that a spec claims.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "part of a spec, whose own says all")]
pub struct Claims<S: GenServer> {
    list: Vec<Arc<dyn Claim<S>>>,
    /// Where it is to be found before it is started, and under a supervisor after each start.
    post: Option<Arc<Client<Post<S>>>>,
}

impl<S: GenServer> Claims<S> {
    pub(crate) const fn new() -> Self {
        Self { list: Vec::new(), post: None }
    }

    pub(crate) fn post(&mut self) -> &Arc<Client<Post<S>>> {
        self.post.get_or_insert_with(Post::new)
    }

    /// Puts those of another with its own; the other's post is that of the whole.
    pub(crate) fn append(&mut self, others: Self) {
        self.list.extend(others.list);
        self.post = others.post.or(self.post.take());
    }

    pub(crate) fn add(&mut self, claim: Arc<dyn Claim<S>>) {
        self.list.push(claim);
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.list.is_empty() && self.post.is_none()
    }

    /// All or none of them: where one is taken, the newcomer ends, and gives back what it has.
    pub(crate) fn claim(&self, newcomer: &Arc<Life>) -> Result<(), Arc<Life>> {
        let refused = |newcomer: &Life| {
            newcomer.begin_exit(ExitReason::Normal);
            newcomer.finish();
        };
        self.claim_or(newcomer, refused).map_err(|taken| taken.holder)
    }

    /// All or none of them: where one is taken, the newcomer gives back what it has, and may try again.
    pub(crate) fn try_claim(&self, newcomer: &Arc<Life>) -> Result<(), Taken> {
        self.claim_or(newcomer, Life::release)
    }

    fn claim_or(&self, newcomer: &Arc<Life>, refused: fn(&Life)) -> Result<(), Taken> {
        // Also where a key's own code panics.
        let mut refused = Refused { newcomer: Some(newcomer), then: refused };
        for claim in &self.list {
            if let Err(holder) = claim.claim(newcomer)
                // What it has already it need not have twice.
                && holder.id() != newcomer.id()
            {
                return Err(Taken { holder, may_give_way: claim.may_give_way() });
            }
        }
        refused.newcomer = None;
        Ok(())
    }

    /// Whether there is another in the place of this one, which is not needed any more.
    pub(crate) fn have_given_way(&self) -> bool {
        self.list.iter().any(|claim| claim.has_given_way())
    }

    pub(crate) fn open(&self, client: &Shared<S>) {
        for claim in &self.list {
            claim.open(client);
        }
        if let Some(post) = &self.post {
            post.core.open(client);
        }
    }
}

impl<S: GenServer> Default for Claims<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: GenServer> Clone for Claims<S> {
    fn clone(&self) -> Self {
        Self { list: self.list.clone(), post: self.post.clone() }
    }
}

/// A newcomer that has not got all that it claims, and what becomes of it when this is dropped.
struct Refused<'a> {
    newcomer: Option<&'a Life>,
    then: fn(&Life),
}

impl Drop for Refused<'_> {
    fn drop(&mut self) {
        if let Some(newcomer) = self.newcomer {
            (self.then)(newcomer);
        }
    }
}
