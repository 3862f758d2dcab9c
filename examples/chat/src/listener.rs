//! Where clients come in: a server that starts one for each of them.

use std::net::SocketAddr;
use std::time::Duration;

use callcast::StopError;
use callcast::prelude::*;
use futures_util::future::join_all;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use crate::hall::Hall;
use crate::session::{Session, SessionClient};

/// The most clients at one time.
const MAX_CLIENTS: usize = 1_000;
/// How long a session may go on with what it is doing, when all are to end.
const LAST_CHANCE: Duration = Duration::from_secs(1);

/// Accepts clients, and ends their sessions when it ends.
#[derive(Debug)]
pub(crate) struct Listener {
    hall: Hall,
}

#[server]
impl Listener {
    #[init]
    pub(crate) fn new(listener: TcpListener, ctx: &mut Context<Self>) -> Self {
        ctx.spawn(accept(listener), ListenerInfo::accepted);
        Self { hall: Hall::new() }
    }

    #[info]
    async fn accepted(
        &mut self,
        client: TcpStream,
        address: SocketAddr,
        listener: TcpListener,
        ctx: &mut Context<Self>,
    ) {
        // One that finds no place, or is gone already, is not served; its socket closes.
        if self.hall.count() < MAX_CLIENTS {
            let session = Session::spec(client, self.hall.clone()).label(address.to_string());
            drop(session.start().await);
        }
        ctx.spawn(accept(listener), ListenerInfo::accepted);
    }

    #[terminate]
    async fn close(&mut self) {
        join_all(self.hall.sessions().iter().map(end)).await;
    }
}

/// The next client, and where it is; the listener comes back with it.
async fn accept(listener: TcpListener) -> (TcpStream, SocketAddr, TcpListener) {
    loop {
        match listener.accept().await {
            Ok((client, address)) => return (client, address, listener),
            Err(error) => {
                eprintln!("cannot accept a client: {error}");
                // Most often there are no file descriptors left, and there will be some when clients leave.
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Lets a session say goodbye.
async fn end(session: &SessionClient) {
    if let Err(StopError::Timeout) = session.stop().timeout(LAST_CHANCE).await {
        drop(session.kill().await);
    }
}
