//! Where requests come in: the task that accepts them, and lets them finish at the end.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use callcast::Ending;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// Serves until it is told to end: then it takes no more connections, and returns when all requests are answered.
pub(crate) async fn serve(socket: Arc<TcpListener>, router: Router, mut ending: Ending) -> io::Result<()> {
    let ending = async move { ending.requested().await };
    axum::serve(Ears(socket), router).with_graceful_shutdown(ending).await
}

/// The socket that is listened at. It is not the task's own: where that is started again, nobody finds the port closed.
struct Ears(Arc<TcpListener>);

impl Listener for Ears {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            match self.0.accept().await {
                Ok((stream, address)) => {
                    // Without it a small answer may wait for more. It is no reason to refuse one.
                    drop(stream.set_nodelay(true));
                    return (stream, address);
                }
                Err(error) => {
                    eprintln!("cannot accept a connection: {error}");
                    // Most often there are no file descriptors left, and there will be some when clients leave.
                    sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}
