//! Where clients come in: a server that has one started for each of them.

use std::sync::Arc;
use std::time::Duration;

use callcast::prelude::*;
use callcast::{Shutdown, SupervisorClient};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use crate::connection::Connection;
use crate::services::Services;

/// The most clients at one time.
pub(crate) const MAX_CLIENTS: usize = 10_000;
/// How long a connection may go on with what it is doing, when all are to end.
const LAST_CHANCE: Duration = Duration::from_secs(1);

/// Accepts clients.
#[derive(Debug)]
pub(crate) struct Listener {
    /// Not this server's own: one that is started again listens on the same.
    socket: Arc<TcpListener>,
    connections: SupervisorClient,
    services: Services,
}

#[server]
impl Listener {
    #[init]
    pub(crate) fn new(
        socket: Arc<TcpListener>,
        connections: SupervisorClient,
        services: Services,
        ctx: &mut Context<Self>,
    ) -> Self {
        ctx.spawn(accept(Arc::clone(&socket)), ListenerInfo::accepted);
        Self { socket, connections, services }
    }

    #[info]
    async fn accepted(&mut self, client: TcpStream, ctx: &mut Context<Self>) {
        ctx.spawn(accept(Arc::clone(&self.socket)), ListenerInfo::accepted);
        self.serve(client).await;
    }

    async fn serve(&self, client: TcpStream) {
        // A socket cannot be opened a second time, and a connection that ended is nobody's failure.
        let connection = Connection::spec(client, self.services.clone());
        let connection = connection.shutdown(Shutdown::Drain(LAST_CHANCE)).temporary();
        // One that was not taken is closed: the client sees that, and nobody else has to.
        drop(self.connections.start_child(connection).await);
    }
}

/// The next client.
async fn accept(socket: Arc<TcpListener>) -> TcpStream {
    loop {
        match socket.accept().await {
            Ok((client, _)) => return client,
            Err(error) => {
                eprintln!("cannot accept a client: {error}");
                // Most often there are no file descriptors left, and there will be some when clients leave.
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}
