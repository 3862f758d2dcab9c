//! Where clients come in: a server that starts one for each of them.

use std::time::Duration;

use callcast::StopError;
use callcast::prelude::*;
use futures_util::future::join_all;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use crate::connection::{Connection, ConnectionClient};
use crate::services::Services;

/// The most clients at one time.
const MAX_CLIENTS: usize = 10_000;
/// How long a connection may go on with what it is doing, when all are to end.
const LAST_CHANCE: Duration = Duration::from_secs(1);

/// Accepts clients, and ends their connections when it ends.
#[derive(Debug)]
pub(crate) struct Listener {
    services: Services,
    /// One for each client, also for some time after it has gone.
    connections: Vec<ConnectionClient>,
}

#[server]
impl Listener {
    #[init]
    pub(crate) fn new(listener: TcpListener, services: Services, ctx: &mut Context<Self>) -> Self {
        ctx.spawn(accept(listener), ListenerInfo::accepted);
        Self { services, connections: Vec::new() }
    }

    #[info]
    async fn accepted(&mut self, client: TcpStream, listener: TcpListener, ctx: &mut Context<Self>) {
        self.serve(client).await;
        ctx.spawn(accept(listener), ListenerInfo::accepted);
    }

    async fn serve(&mut self, mut client: TcpStream) {
        if self.connections.len() >= MAX_CLIENTS {
            self.forget_ended();
        }
        if self.connections.len() >= MAX_CLIENTS {
            // Whether it hears that or not, it is not served.
            drop(client.write_all(b"-ERR max number of clients reached\r\n").await);
        } else if let Ok(connection) = Connection::start(client, self.services.clone()).await {
            self.connections.push(connection);
        }
    }

    #[every("1s")]
    fn forget_ended(&mut self) {
        self.connections.retain(|connection| connection.is_alive());
    }

    #[terminate]
    async fn close(&mut self) {
        join_all(self.connections.iter().map(end)).await;
    }
}

/// The next client; the listener comes back with it.
async fn accept(listener: TcpListener) -> (TcpStream, TcpListener) {
    loop {
        match listener.accept().await {
            Ok((client, _)) => return (client, listener),
            Err(error) => {
                eprintln!("cannot accept a client: {error}");
                // Most often there are no file descriptors left, and there will be some when clients leave.
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Lets a connection finish, but not wait for ever for a client that does not read.
async fn end(connection: &ConnectionClient) {
    if let Err(StopError::Timeout) = connection.stop().timeout(LAST_CHANCE).await {
        drop(connection.kill().await);
    }
}
