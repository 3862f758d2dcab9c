//! The whole: which servers and agents there are, under whom, and what happens when one fails.
//!
//! ```text
//! Supervisor        one_for_one
//! ├─ kv             the database, where none is given: a process
//! ├─ connections    Pool
//! │  ├─ 0 …         a connection each
//! ├─ cache
//! ├─ counters
//! ├─ refresher
//! └─ http           Task: the last to start and the first to end, so that requests find all others
//! ```
//!
//! It is `one_for_one`, since nobody keeps anything of another's life: all have clients that follow. With `rest_for_one` a
//! cache that fails would take the listener with it, and every request that is under way.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use callcast::prelude::*;
use callcast::{Backoff, Pool, Restart, Shutdown, Supervisor, SupervisorClient, SupervisorSpec, Task};
use tokio::net::TcpListener;

use crate::api::{Api, MAX_TIME, router};
use crate::cache::Cache;
use crate::connection::Connection;
use crate::counters::Counters;
use crate::http;
use crate::own_kv::{OwnKv, free_port};
use crate::refresher::Refresher;

/// What the pool and `kv` are called in the tree.
pub(crate) const CONNECTIONS: &str = "connections";
pub(crate) const KV: &str = "kv";

/// How many connections there are.
const SIZE: usize = 4;
/// A connection that broke is made anew soon, and while that fails, ever more seldom, but so often that the service is back
/// within two seconds. The jitter keeps the connections, which have all failed together, from knocking together.
const FIRST_DELAY: Duration = Duration::from_millis(50);
pub(crate) const LONGEST_DELAY: Duration = Duration::from_secs(1);
const JITTER: u8 = 20;

/// More than connections to a database that is away can be, with those delays: nobody gives up because of one, however long
/// it takes. It would help nobody: a supervisor's end mends what is wrong with its children's state, and the database is
/// not in it. So the delays are the limit; this one is for the case that they are not there.
const MOST_RESTARTS: (u32, Duration) = (100, Duration::from_secs(10));

/// Starts all. The gateway serves at `socket`; without a `database` it has its own.
pub(crate) async fn start(
    socket: TcpListener,
    database: Option<Arc<str>>,
) -> Result<SupervisorClient, Box<dyn Error>> {
    let spec = match database {
        Some(database) => tree(Supervisor::one_for_one(), socket, database),
        None => with_own_kv(socket)?,
    };
    Ok(spec.start().await?)
}

fn with_own_kv(socket: TcpListener) -> io::Result<SupervisorSpec> {
    let port = free_port()?;
    let kv = OwnKv::spec(port).id(KV).backoff(Backoff::constant(LONGEST_DELAY));
    Ok(tree(Supervisor::one_for_one().child(kv), socket, format!("127.0.0.1:{port}").into()))
}

/// Adds all but the database.
fn tree(supervisor: SupervisorSpec, socket: TcpListener, database: Arc<str>) -> SupervisorSpec {
    // The gateway's own servers do not fail because of the database; `kv` may, and is not to take the gateway with it.
    let mut supervisor = supervisor.max_restarts(10, Duration::from_secs(5));
    let pool = connections(Arc::clone(&database));
    let (mut cache, mut counters) = (Cache::spec().id("cache"), Counters::spec().id("counters"));
    let api = Api {
        connections: pool.client().fail_fast(),
        cache: cache.client(),
        counters: counters.client(),
        tree: supervisor.client(),
        database,
    };
    let refresher = Refresher::spec(api.cache.clone(), api.connections.clone(), api.counters.clone());
    let (socket, router) = (Arc::new(socket), router(api));
    let http =
        Task::spec_until("http", move |ending| http::serve(Arc::clone(&socket), router.clone(), ending));
    // What is under way may take its time, and a little more.
    let drain = Shutdown::Drain(MAX_TIME + Duration::from_secs(1));
    supervisor
        .child(pool)
        .child(cache)
        .child(counters)
        .child(refresher.id("refresher"))
        .child(http.restart(Restart::Permanent).shutdown(drain))
}

fn connections(database: Arc<str>) -> Pool<Connection> {
    let delays = Backoff::exponential(FIRST_DELAY, LONGEST_DELAY).with_jitter(JITTER);
    let again = delays.clone();
    // Of those that have the fewest messages: one whose database does not take its bytes is passed over.
    Pool::least_loaded(SIZE, move |_| Connection::spec(Arc::clone(&database)).backoff(delays.clone()))
        // Should it have to be started again itself while the database is away, that fails as well, and waits as well.
        .supervisor(|pool| pool.id(CONNECTIONS).max_restarts(MOST_RESTARTS.0, MOST_RESTARTS.1).backoff(again))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_is_away_does_not_use_up_the_restarts() {
        let shortest = |delay: Duration| delay * (100 - u32::from(JITTER)) / 100;
        let (mut delay, mut elapsed, mut restarts) = (FIRST_DELAY, Duration::ZERO, 0);
        // Each try fails at once, and each delay is as short as it can be.
        while elapsed <= MOST_RESTARTS.1 {
            restarts += 1;
            elapsed += shortest(delay);
            delay = (delay * 2).min(LONGEST_DELAY);
        }
        let of_all = u32::try_from(SIZE).unwrap() * restarts;
        assert!(of_all <= MOST_RESTARTS.0, "{of_all}");
    }
}
