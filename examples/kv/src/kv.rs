//! The whole: which agents and servers there are, and in which order they begin and end.

use std::error::Error;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Instant;

use callcast::Client;
use tokio::net::TcpListener;

use crate::expiry::{Expiry, ExpiryClient};
use crate::keyspace::Keyspace;
use crate::listener::{Listener, ListenerClient};
use crate::services::Services;
use crate::stats::{Stats, StatsClient};
use crate::topics::Topics;

/// More than there are likely to be processors, so that few commands meet in one shard.
const SHARDS: usize = 64;

/// A key-value server that is running.
#[derive(Debug)]
pub(crate) struct Kv {
    address: SocketAddr,
    services: Services,
    expiry: ExpiryClient,
    listener: ListenerClient,
}

/// Binds `port`, or any that is free for 0, on the loopback interface alone: there are no passwords here.
pub(crate) async fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

impl Kv {
    pub(crate) async fn start(socket: TcpListener) -> Result<Self, Box<dyn Error>> {
        let address = socket.local_addr()?;
        let keyspace = Keyspace::new(SHARDS)?;
        let expiry = Expiry::start(keyspace.clone()).await?;
        let (topics, stats) = (Topics::start().await?, Stats::start()?);
        let services = Services { keyspace, topics, stats, started: Instant::now() };
        let listener = Listener::start(socket, services.clone()).await?;
        Ok(Self { address, services, expiry, listener })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) const fn stats(&self) -> &StatsClient {
        &self.services.stats
    }

    /// Ends the servers, those before others that they call. The agents go with their last client.
    pub(crate) async fn stop(self) {
        let servers: [&Client; 3] = [&self.listener, &self.services.topics, &self.expiry];
        for server in servers {
            // One that has ended by itself need not be ended.
            drop(server.stop().await);
        }
    }
}
