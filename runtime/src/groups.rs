//! `Groups`: servers that belong together, by a key.

use std::borrow::Borrow;
use std::error::Error;
use std::fmt;
use std::hash::Hash;

use crate::call::Call;
use crate::cast::Cast;
use crate::error::{CallError, CastError};
use crate::id::ServerId;
use crate::kind::Protocol;
use crate::registry::{Answers, DuplicateRegistry, Events, RegisterError, Registry};
use crate::unpack::Unpack;

/// Groups of servers or agents of one type, as OTP's `pg` has them: any may join any number of groups, one group several
/// times among them, and leaves all when it ends.
///
/// It is a [`DuplicateRegistry`] in other words, and what is said there of entries is true of memberships. A group is
/// there while it has members.
///
/// # Examples
///
/// ```
/// use callcast::Groups;
/// use callcast::prelude::*;
///
/// struct Worker { jobs: u32 }
///
/// #[agent]
/// impl Worker {
///     #[init]
///     fn new() -> Self { Self { jobs: 0 } }
///
///     #[cast]
///     fn work(&mut self) { self.jobs += 1; }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let pools: Groups<&'static str, Worker> = Groups::new();
/// let worker = Worker::start()?;
/// pools.join(&worker, "images")?;
///
/// let told = pools.cast_all("images", |worker| worker.work()).await;
/// assert_eq!(told.ok.len(), 1);
///
/// worker.stop().await?;
/// assert!(pools.groups().is_empty());
/// # Ok(())
/// # }
/// ```
pub struct Groups<K, S: Protocol> {
    registry: DuplicateRegistry<K, S>,
}

/// The server was no member of the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotJoined;

impl fmt::Display for NotJoined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server is no member of the group")
    }
}

impl Error for NotJoined {}

impl<K, S> Groups<K, S>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    S: Protocol,
{
    /// Returns no groups.
    #[must_use]
    pub fn new() -> Self {
        Self { registry: Registry::duplicate() }
    }

    /// Has a server join a group, once more where it has joined it before.
    ///
    /// # Errors
    ///
    /// [`RegisterError::NoProc`] where the server is gone.
    pub fn join(&self, client: &S::Client, group: K) -> Result<(), RegisterError> {
        self.registry.register(client, group)
    }

    /// Takes one membership of a server back.
    ///
    /// # Errors
    ///
    /// [`NotJoined`] where it has none in this group.
    pub fn leave<Q>(&self, client: &S::Client, group: &Q) -> Result<(), NotJoined>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        if self.registry.unregister_one(client, group) { Ok(()) } else { Err(NotJoined) }
    }

    /// Returns the members of a group; one that has joined several times comes as often.
    #[must_use]
    pub fn members<Q>(&self, group: &Q) -> Vec<S::Client>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.registry.members(group).into_iter().map(|(_, client)| client).collect()
    }

    /// Returns the groups that have members, each once, in no order.
    #[must_use]
    pub fn groups(&self) -> Vec<K> {
        self.registry.live_keys()
    }

    /// Returns the members of a group, and a stream of all changes from that very moment on.
    ///
    /// See [`Registry::watch_key`].
    pub fn monitor(&self, group: &K) -> (Vec<ServerId>, Events<K>) {
        self.registry.watch_key(group)
    }

    /// Returns all memberships, and a stream of all changes from that very moment on.
    ///
    /// See [`Registry::watch`].
    pub fn monitor_all(&self) -> (Vec<(K, ServerId)>, Events<K>) {
        self.registry.watch()
    }

    /// Casts to all members of a group, to all at the same time: see [`Registry::dispatch`].
    pub async fn cast_all<Q, A>(
        &self,
        group: &Q,
        cast: impl Fn(&S::Client) -> Cast<'_, S, A>,
    ) -> Answers<(), CastError>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
        A: 'static,
    {
        self.registry.dispatch(group, cast).await
    }

    /// Calls all members of a group, all at the same time, and waits for the last answer: see [`Registry::call_all`].
    pub async fn call_all<Q, A, R, M>(
        &self,
        group: &Q,
        call: impl Fn(&S::Client) -> Call<'_, S, A, R, M>,
    ) -> Answers<M::Value, CallError<M::Error>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
        A: 'static,
        R: Send + 'static,
        M: Unpack<R>,
    {
        self.registry.call_all(group, call).await
    }
}

impl<K, S> Default for Groups<K, S>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    S: Protocol,
{
    fn default() -> Self {
        Self::new()
    }
}

impl<K, S: Protocol> Clone for Groups<K, S> {
    fn clone(&self) -> Self {
        Self { registry: self.registry.clone() }
    }
}

impl<K, S: Protocol> fmt::Debug for Groups<K, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let memberships = self.registry.count();
        f.debug_struct("Groups")
            .field("server", &S::NAME)
            .field("memberships", &memberships)
            .finish_non_exhaustive()
    }
}
