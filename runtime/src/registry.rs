//! `Registry`: servers found by keys.

mod all;
mod error;
mod events;
mod locks;
mod meta;
mod record;
mod shards;
mod start;
mod table;
mod tables;
mod turns;
mod unique;

use std::borrow::Borrow;
use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::client::ClientOf as _;
use crate::engine::Core as _;
use crate::id::ServerId;
use crate::kind::Protocol;
use crate::place::Place;
pub use crate::registry::all::Answers;
pub use crate::registry::error::{RegisterError, UpdateError};
pub use crate::registry::events::{Events, RegistryEvent};
pub use crate::registry::locks::KeyGuard;
use crate::registry::record::{Row, Rows};
pub use crate::registry::start::GetOrStart;
use crate::registry::tables::{Refusal, Tables};

/// Servers or agents of one type, found by keys of which nobody knows beforehand how many there will be: rooms, sessions,
/// users. For a place that is known when the program is written there is [`Name`](crate::Name).
///
/// There are two kinds. In a *unique* registry a key leads to one server at a time, which can be started where it is not
/// there. In a [*duplicate*](DuplicateRegistry) one it leads to any number, who can all be told something at once. What
/// only one of them can do exists on that type only. With each entry goes a value, `V`, which is nothing unless it is said.
///
/// A registry is a value, cheap to clone, and all clones are one registry. It is no server: looking something up is no
/// message, and works from anywhere, plain threads and handlers of agents among them.
///
/// # What becomes of an entry
///
/// A registry keeps nothing alive. The entries of a server are taken out when it has ended, after its `terminate`, and
/// before anybody is told: before its [`Down`](crate::Down) comes, and before [`stop`](crate::Client::stop) returns.
///
/// From the moment at which the end is decided, no look-up gives the server any more; but its keys stay taken until it has
/// ended, so that there are never two owners. An agent also ends with its last client, of which a registry is none: from then on its keys are
/// free, though its state may still be about to be dropped.
///
/// A server that is entered by its spec ([`Spec::register`](crate::Spec::register), [`get_or_start`](Self::get_or_start))
/// has its key before its `init` runs. While that runs, calls to a server wait in its mailbox; an agent cannot be looked up
/// before it is done. Where `init` fails, nothing is left.
///
/// # Examples
///
/// One room for each key, started when it is first wanted:
///
/// ```
/// use callcast::prelude::*;
///
/// struct Room { said: Vec<String> }
///
/// #[server]
/// impl Room {
///     #[init]
///     fn new() -> Self { Self { said: Vec::new() } }
///
///     #[call]
///     fn say(&mut self, line: String) -> usize { self.said.push(line); self.said.len() }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let rooms: Registry<String, Room> = Registry::unique();
///
/// let lobby = rooms.get_or_start_alone("lobby".to_owned(), || Room::spec()).await?;
/// assert_eq!(lobby.say("hello".to_owned()).await?, 1);
/// let again = rooms.get_or_start_alone("lobby".to_owned(), || Room::spec()).await?;   // the same
/// assert_eq!(again.say("hello?".to_owned()).await?, 2);
///
/// assert!(rooms.lookup("attic").is_none());
/// lobby.stop().await?;
/// assert!(rooms.lookup("lobby").is_none());   // gone by the time at which `stop` returns
/// # Ok(())
/// # }
/// ```
///
/// Any number of sessions under a topic, told all at once:
///
/// ```
/// use callcast::DuplicateRegistry;
/// use callcast::prelude::*;
///
/// struct Session { heard: Vec<String> }
///
/// #[agent]
/// impl Session {
///     #[init]
///     fn new() -> Self { Self { heard: Vec::new() } }
///
///     #[cast]
///     fn notify(&mut self, event: String) { self.heard.push(event); }
///
///     #[call]
///     fn heard(&self) -> usize { self.heard.len() }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let topics: DuplicateRegistry<&'static str, Session> = Registry::duplicate();
/// let (ann, bob) = (Session::start()?, Session::start()?);
/// topics.register(&ann, "news")?;
/// topics.register(&bob, "news")?;
///
/// let event = "rain".to_owned();
/// topics.dispatch("news", |session| session.notify(event.clone())).await;
/// let answers = topics.call_all("news", |session| session.heard()).await;
/// assert_eq!(answers.ok.iter().map(|(_, heard)| heard).sum::<usize>(), 2);
///
/// drop(bob);   // an agent ends with its last client
/// assert_eq!(topics.entries("news").len(), 1);
/// # Ok(())
/// # }
/// ```
///
/// A duplicate registry is no place to find *the* server of a key:
///
/// ```compile_fail,E0599
/// # use callcast::{DuplicateRegistry, Registry};
/// # struct Room;
/// # #[callcast::agent] impl Room { #[callcast::init] fn new() -> Self { Self } }
/// let topics: DuplicateRegistry<u32, Room> = Registry::duplicate();
/// topics.lookup(&1);
/// ```
///
/// and has no values to update:
///
/// ```compile_fail,E0599
/// # use callcast::{DuplicateRegistry, Registry};
/// # struct Room;
/// # #[callcast::agent] impl Room { #[callcast::init] fn new() -> Self { Self } }
/// # let room = Room::start().unwrap();
/// let topics: DuplicateRegistry<u32, Room, u32> = Registry::duplicate();
/// topics.update(&room, &1, |n| *n += 1);
/// ```
pub struct Registry<K, S: Protocol, V = (), M = Unique> {
    tables: Arc<Tables<K, S, V>>,
    mode: PhantomData<fn() -> M>,
}

/// A [`Registry`] in which a key leads to any number of servers.
pub type DuplicateRegistry<K, S, V = ()> = Registry<K, S, V, Duplicate>;

/// The kind of a [`Registry`] in which a key leads to one server at a time.
#[derive(Clone, Copy, Debug)]
pub enum Unique {}

/// The kind of a [`Registry`] in which a key leads to any number of servers.
#[derive(Clone, Copy, Debug)]
pub enum Duplicate {}

/// An entry of a [`Registry`], as a look-up gives it.
#[non_exhaustive]
pub struct Entry<S: Protocol, V = ()> {
    /// A client of the server.
    pub client: S::Client,
    /// Who the server is.
    pub id: ServerId,
    /// The value that was registered with it.
    pub value: V,
}

impl<S: Protocol, V: Clone> Entry<S, V> {
    /// None where the server's end is decided.
    fn of<K>(row: &Row<K, S, V>) -> Option<Self> {
        Some(Self { client: row.client()?, id: row.id(), value: row.value.clone() })
    }
}

impl<K, S: Protocol, V> Registry<K, S, V, Unique> {
    /// Returns an empty registry in which a key leads to one server at a time.
    #[must_use]
    pub fn unique() -> Self {
        Self::of(Tables::new(true, shards::default_count()))
    }
}

impl<K, S: Protocol, V> Registry<K, S, V, Duplicate> {
    /// Returns an empty registry in which a key leads to any number of servers.
    #[must_use]
    pub fn duplicate() -> Self {
        Self::of(Tables::new(false, shards::default_count()))
    }
}

impl<K, S: Protocol, V, M> Registry<K, S, V, M> {
    const fn of(tables: Arc<Tables<K, S, V>>) -> Self {
        Self { tables, mode: PhantomData }
    }

    /// With one part only, so that a model has few steps.
    #[cfg(all(test, any(callcast_loom, callcast_shuttle)))]
    pub(crate) fn of_one_part(is_unique: bool) -> Self {
        Self::of(Tables::new(is_unique, 1))
    }

    /// Enters a server that is nothing but a life; says whether it is entered.
    #[cfg(all(test, any(callcast_loom, callcast_shuttle)))]
    pub(crate) fn enter(&self, life: &Arc<crate::life::Life>, key: K) -> bool
    where
        K: Hash + Eq + Clone + Send + Sync + 'static,
        V: Default + Send + Sync + 'static,
    {
        self.tables.enter(self.tables.record(life, key, V::default())).is_ok()
    }

    /// Counts the entries, those of servers that are starting or ending among them.
    #[must_use]
    pub fn count(&self) -> usize {
        self.tables.parts(table::Table::entries).sum()
    }

    /// Says whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// How many locks somebody has or waits for.
    #[doc(hidden)]
    #[must_use]
    pub fn locked(&self) -> usize {
        self.tables.locks.len()
    }
}

impl<K, S, M> Registry<K, S, (), M>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    S: Protocol,
{
    /// Enters a server under a key; one that a client by name leads to is entered, not the name.
    ///
    /// # Errors
    ///
    /// [`RegisterError::AlreadyRegistered`] where the key of a unique registry is taken, by whomever;
    /// [`RegisterError::NoProc`] where the server is gone. Nothing has changed then.
    pub fn register(&self, client: &S::Client, key: K) -> Result<(), RegisterError> {
        self.register_with(client, key, ())
    }
}

impl<K, S, V, M> Registry<K, S, V, M>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    S: Protocol,
    V: Clone + Send + Sync + 'static,
{
    /// Enters a server under a key with a value, as [`register`](Registry::register) does.
    ///
    /// # Errors
    ///
    /// As for `register`.
    pub fn register_with(&self, client: &S::Client, key: K, value: V) -> Result<(), RegisterError> {
        let found = client.place().found().ok_or(RegisterError::NoProc)?;
        let record = self.tables.record(found.core.life(), key, value);
        record.open(Arc::downgrade(&found));
        self.tables.enter(record).map_err(|refusal| match refusal {
            Refusal::Taken(holder) => RegisterError::AlreadyRegistered(holder.id()),
            Refusal::Gone => RegisterError::NoProc,
        })
    }

    /// Takes a server's entries under a key out, and says how many there were.
    pub fn unregister<Q>(&self, client: &S::Client, key: &Q) -> usize
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.unregister_where(client, key, |_| true)
    }

    /// Takes those of a server's entries under a key out whose values are as the closure asks, and says how many there
    /// were.
    ///
    /// The closure may see a value again that another has updated meanwhile.
    pub fn unregister_where<Q>(&self, client: &S::Client, key: &Q, mut fits: impl FnMut(&V) -> bool) -> usize
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let Some(id) = Self::id(client) else { return 0 };
        let mut count = 0;
        loop {
            let mut rows = self.tables.own(id, key);
            rows.retain(|row| fits(&row.value));
            let removed = self.tables.remove(&rows);
            count += removed;
            // What has gone or been updated since it was read is looked at again, unless all of it is gone.
            if removed == rows.len() || !self.tables.has_owner(id) {
                return count;
            }
        }
    }

    /// Returns the keys under which a server is entered, in the order in which it was; a key that it has several entries
    /// under comes as often.
    pub fn keys(&self, client: &S::Client) -> Vec<K> {
        let rows = Self::id(client).map(|id| self.tables.owned(id)).unwrap_or_default();
        rows.iter().map(|row| row.key.clone()).collect()
    }

    /// Returns the values of a server's entries under a key, in the order in which it was entered.
    pub fn values<Q>(&self, client: &S::Client, key: &Q) -> Vec<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let rows = Self::id(client).map(|id| self.tables.own(id, key)).unwrap_or_default();
        rows.iter().map(|row| row.value.clone()).collect()
    }

    /// Returns the entries under a key, in the order in which their servers were started.
    pub fn entries<Q>(&self, key: &Q) -> Vec<Entry<S, V>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.tables.all(key).iter().filter_map(Entry::of).collect()
    }

    /// Returns all entries with their keys, in no order: where another library would want a query, filter them.
    ///
    /// Whatever is entered all the while comes once; what is entered or taken out meanwhile may come or not.
    pub fn iter(&self) -> impl Iterator<Item = (K, Entry<S, V>)> {
        self.tables
            .parts(|table| table.iter().flat_map(Rows::iter).cloned().collect::<Vec<_>>())
            .flatten()
            .filter_map(|row| Some((row.key.clone(), Entry::of(&row)?)))
    }

    /// Counts the entries under a key, those of servers that are starting or ending among them.
    pub fn count_of<Q>(&self, key: &Q) -> usize
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.tables.read(key, |rows| rows.map_or(0, Rows::len))
    }

    /// Returns all entries, and a stream of all changes from that very moment on.
    ///
    /// Entries of servers that are starting or ending are among them: each change to them is told.
    pub fn watch(&self) -> (Vec<(K, ServerId)>, Events<K>) {
        let (rows, events) = self.tables.watch();
        (rows.iter().map(|row| (row.key.clone(), row.id())).collect(), events)
    }

    /// Returns the servers under a key, and a stream of all changes to them, as [`watch`](Self::watch) does.
    pub fn watch_key(&self, key: &K) -> (Vec<ServerId>, Events<K>) {
        let (rows, events) = self.tables.watch_key(key.clone());
        (rows.iter().map(|row| row.id()).collect(), events)
    }

    /// Waits for the lock of a key, and holds it until the guard is dropped; those who wait get it in their order.
    ///
    /// It has nothing to do with the entries: it is there so that of many who want to do something about a key, one
    /// does it at a time. There is no limit of time. A task that is aborted frees its lock.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the line, and nothing is left behind.
    ///
    /// # Examples
    ///
    /// ```
    /// # use callcast::Registry;
    /// # struct Room;
    /// # #[callcast::agent] impl Room { #[callcast::init] fn new() -> Self { Self } }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let rooms: Registry<&'static str, Room> = Registry::unique();
    /// let guard = rooms.lock("lobby").await;
    /// // Nobody else has the lock of the lobby; others have those of other rooms.
    /// drop(guard);
    /// # }
    /// ```
    pub async fn lock(&self, key: K) -> KeyGuard<K> {
        self.tables.locks.lock(key).await
    }

    /// Keeps a value beside the entries, one of each type, and returns the one that was there.
    pub fn insert_meta<T: Clone + Send + Sync + 'static>(&self, value: T) -> Option<T> {
        self.tables.meta.insert(value)
    }

    /// Returns the value of a type that is kept beside the entries.
    #[must_use]
    pub fn meta<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        self.tables.meta.get()
    }

    /// Returns the value of a type that was kept beside the entries, and keeps it no longer.
    #[expect(clippy::must_use_candidate, reason = "it may well be taken out for its own sake")]
    pub fn remove_meta<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        self.tables.meta.remove()
    }

    /// Takes the last of a server's entries under a key out; `false` where there is none.
    pub(crate) fn unregister_one<Q>(&self, client: &S::Client, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let Some(id) = Self::id(client) else { return false };
        loop {
            let Some(row) = self.tables.last_own(id, key) else { return false };
            // Where another has taken that one out, there may be one more.
            if self.tables.remove(&[row]) == 1 {
                return true;
            }
            if !self.tables.has_owner(id) {
                return false;
            }
        }
    }

    /// The keys under which there is a server whose end is not decided, each once.
    pub(crate) fn live_keys(&self) -> Vec<K> {
        let rows: Vec<_> = self
            .tables
            .parts(|table| {
                let live = |rows: &Rows<K, S, V>| rows.iter().find(|row| row.life.is_alive()).cloned();
                table.iter().filter_map(live).collect::<Vec<_>>()
            })
            .flatten()
            .collect();
        rows.iter().map(|row| row.key.clone()).collect()
    }

    /// The server that a client leads to.
    fn id(client: &S::Client) -> Option<ServerId> {
        Place::found(client.place()).map(|found| found.core.id())
    }
}

impl<K, S: Protocol, V, M> Clone for Registry<K, S, V, M> {
    fn clone(&self) -> Self {
        Self::of(Arc::clone(&self.tables))
    }
}

impl<K, S: Protocol, V, M> fmt::Debug for Registry<K, S, V, M> {
    /// Neither keys nor values, which may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry")
            .field("server", &S::NAME)
            .field("entries", &self.count())
            .finish_non_exhaustive()
    }
}

impl<S: Protocol, V> fmt::Debug for Entry<S, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("server", &S::NAME).field("id", &self.id).finish_non_exhaustive()
    }
}
