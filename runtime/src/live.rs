//! All live servers, for whoever looks.

use std::collections::BTreeMap;
#[cfg(not(any(callcast_loom, callcast_shuttle)))]
use std::sync::Arc;
use std::sync::Weak;

use crate::client::Client;
use crate::engine::Core;
use crate::id::ServerId;
use crate::sync::Lock;

type Watched = Client<dyn Core>;

/// One shard: ids grow, so the newest stand at the end.
type Shard = Lock<BTreeMap<ServerId, Weak<Watched>>>;

/// So many that servers which start at the same time seldom meet.
const SHARDS: usize = 16;

#[cfg(not(any(callcast_loom, callcast_shuttle)))]
static LIVE: [Shard; SHARDS] = [const { Lock::new(BTreeMap::new()) }; SHARDS];

#[cfg(not(any(callcast_loom, callcast_shuttle)))]
pub(crate) fn add(id: ServerId, client: Weak<Watched>) {
    shard(id).lock().insert(id, client);
}

#[cfg(not(any(callcast_loom, callcast_shuttle)))]
pub(crate) fn remove(id: ServerId) {
    let mut shard = shard(id).lock();
    let removed = shard.remove(&id);
    drop(shard);
    drop(removed);
}

#[cfg(not(any(callcast_loom, callcast_shuttle)))]
fn shard(id: ServerId) -> &'static Shard {
    &LIVE[id.shard(SHARDS)]
}

/// All that live, in the order in which they were started.
#[cfg(not(any(callcast_loom, callcast_shuttle)))]
pub(crate) fn all() -> Vec<Arc<Watched>> {
    let of_shard = |shard: &Shard| shard.lock().values().cloned().collect::<Vec<_>>();
    // Upgraded without the locks: the drop of the last client of an agent asks for one.
    let mut all: Vec<_> = LIVE.iter().flat_map(of_shard).filter_map(|client| client.upgrade()).collect();
    all.sort_by_key(|client| client.core.id());
    all
}

/// A model's locks cannot be made in a constant, and nobody looks.
#[cfg(any(callcast_loom, callcast_shuttle))]
pub(crate) fn add(_id: ServerId, _client: Weak<Watched>) {}

#[cfg(any(callcast_loom, callcast_shuttle))]
pub(crate) fn remove(_id: ServerId) {}
