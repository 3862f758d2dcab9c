//! The same server, for a program that has use for a key-value server and none at hand, as the example `gateway` has.
#![expect(dead_code, reason = "the program also has a command line and a demo")]

mod command;
mod connection;
mod entries;
mod expiry;
mod glob;
mod inline;
mod keyspace;
mod kv;
mod listener;
mod number;
mod output;
mod parse;
mod progress;
mod protocol;
mod reply;
mod services;
mod shard;
mod stats;
mod topics;

use std::error::Error;
use std::io;

use tokio::net::TcpListener;

/// Binds a port of the loopback interface; 0 is any that is free.
///
/// # Errors
///
/// What the system says, where the port is taken.
pub async fn bind(port: u16) -> io::Result<TcpListener> {
    kv::bind(port).await
}

/// Serves whoever comes to `socket`, until `ending` is done.
///
/// # Errors
///
/// Where one of its servers does not start, or its tree gives up.
pub async fn serve(socket: TcpListener, ending: impl Future<Output = ()>) -> Result<(), Box<dyn Error>> {
    let kv = kv::Kv::start(socket, kv::Show::Nothing).await?;
    tokio::select! {
        () = ending => {}
        // Without it there would be a program that runs and does not serve.
        down = kv.tree().monitor() => return Err(down.reason.to_string().into()),
    }
    kv.stop().await;
    Ok(())
}
