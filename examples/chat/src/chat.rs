//! The whole: one server that starts all others.

use std::error::Error;
use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::listener::{Listener, ListenerClient};

/// A chat that is running.
#[derive(Debug)]
pub(crate) struct Chat {
    address: SocketAddr,
    listener: ListenerClient,
}

impl Chat {
    pub(crate) async fn start(socket: TcpListener) -> Result<Self, Box<dyn Error>> {
        Ok(Self { address: socket.local_addr()?, listener: Listener::start(socket).await? })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends all sessions. The rooms go with them.
    pub(crate) async fn stop(self) {
        // One that has ended by itself need not be ended.
        drop(self.listener.stop().await);
    }
}
