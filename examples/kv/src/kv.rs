//! The whole: which agents and servers there are, under whom, and in which order they begin and end.
//!
//! ```text
//! kv                     rest_for_one: who comes later needs those before
//! ├─ shards              one_for_one: a shard that fails loses its keys, and no other does
//! ├─ stats
//! ├─ expiry
//! ├─ topics              where it fails, connections go: their clients learn that they have to subscribe again
//! ├─ connections         children that are started at run time, never again, and stopped together
//! ├─ listener
//! └─ progress            never again: kv serves without that line
//! ```

use std::error::Error;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use callcast::{DynamicSupervisor, PartitionSupervisor, Supervisor, SupervisorClient, SupervisorSpec};
use tokio::net::TcpListener;

use crate::expiry::Expiry;
use crate::keyspace::Keyspace;
use crate::listener::{Listener, MAX_CLIENTS};
use crate::progress::Progress;
use crate::services::Services;
use crate::shard::Shard;
use crate::stats::Stats;
use crate::topics::Topics;

/// More than there are likely to be processors, so that few commands meet in one shard.
const SHARDS: usize = 64;

/// A key-value server that is running.
#[derive(Debug)]
pub(crate) struct Kv {
    address: SocketAddr,
    tree: SupervisorClient,
}

/// Binds `port`, or any that is free for 0, on the loopback interface alone: there are no passwords here.
pub(crate) async fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

/// Whether `kv` says how fast it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Show {
    Progress,
    Nothing,
}

impl Kv {
    pub(crate) async fn start(socket: TcpListener, show: Show) -> Result<Self, Box<dyn Error>> {
        let address = socket.local_addr()?;
        let tree = tree(socket, show).start().await?;
        Ok(Self { address, tree })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) const fn tree(&self) -> &SupervisorClient {
        &self.tree
    }

    pub(crate) async fn stop(self) {
        // A tree that has ended by itself need not be ended.
        drop(self.tree.stop().await);
    }
}

fn tree(socket: TcpListener, show: Show) -> SupervisorSpec {
    let shards = PartitionSupervisor::new(SHARDS, |_| Shard::spec()).supervisor(|spec| spec.id("shards"));
    let keyspace = Keyspace::new(shards.partitions());
    let (mut stats, mut topics) = (Stats::spec().id("stats"), Topics::spec().id("topics"));
    let expiry = Expiry::spec(keyspace.clone()).id("expiry");
    let mut connections = DynamicSupervisor::new().max_children(MAX_CLIENTS).id("connections");
    let services =
        Services { keyspace, topics: topics.client(), stats: stats.client(), started: Instant::now() };
    let progress = Progress::spec(stats.client()).id("progress").temporary();
    let listener = Listener::spec(Arc::new(socket), connections.client(), services).id("listener");
    let tree = Supervisor::rest_for_one()
        .child(shards)
        .child(stats)
        .child(expiry)
        .child(topics)
        .child(connections)
        .child(listener);
    match show {
        Show::Progress => tree.child(progress),
        Show::Nothing => tree,
    }
}
