//! HTTP in front of a database: a server API between clients and another program, which may go and come.
//!
//! | what | is | because it |
//! | --- | --- | --- |
//! | [`connection`] | a server, four of them in a pool | waits for the database |
//! | [`cache`] | an agent | only holds state: what the database said a moment ago |
//! | [`counters`] | an agent | only holds state |
//! | [`refresher`] | a server | acts by itself, every 400 ms |
//! | [`own_kv`] | a server | waits for a process to end |
//! | [`http`] | a task | waits for clients, and takes no messages |
//!
//! [`tree`] says under whom they are, and what happens when one fails; [`api`] what a request asks of them. The rest knows
//! nothing of them: [`resp`] is the database's language, [`problem`] makes an HTTP status and a reason of what went wrong.

mod api;
mod cache;
mod cli;
mod connection;
mod counters;
mod demo;
mod http;
mod own_kv;
mod problem;
mod refresher;
mod resp;
mod tree;

use std::error::Error;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::cli::Job;

#[tokio::main]
async fn main() -> ExitCode {
    let job = match cli::parse(std::env::args_os().skip(1)) {
        Ok(job) => job,
        Err(error) => {
            eprintln!("gateway: {error}\n\n{}", cli::HELP);
            return ExitCode::from(2);
        }
    };
    let done = match job {
        Job::Serve { port, database } => serve(port, database).await,
        Job::Demo => succeeded(demo::run().await),
        Job::BeKv { port } => succeeded(own_kv::be_kv(port).await),
        Job::Help => succeeded(io::stdout().write_all(cli::HELP.as_bytes()).map_err(Into::into)),
    };
    done.unwrap_or_else(|error| {
        eprintln!("gateway: {error}");
        ExitCode::FAILURE
    })
}

fn succeeded(done: Result<(), Box<dyn Error>>) -> Result<ExitCode, Box<dyn Error>> {
    done.map(|()| ExitCode::SUCCESS)
}

/// Serves until ctrl-c or SIGTERM, or until the tree gives up.
async fn serve(port: u16, database: Option<Arc<str>>) -> Result<ExitCode, Box<dyn Error>> {
    let socket = bind(port).await?;
    let address = socket.local_addr()?;
    let tree = tree::start(socket, database).await?;
    // Before anybody is told that it listens, so that no signal finds it unprepared.
    let running = tree.run_until_signal();
    io::stdout().write_all(welcome(address).as_bytes())?;
    Ok(running.await?)
}

/// Binds `port`, or any that is free for 0, on the loopback interface alone: there are no passwords here.
async fn bind(port: u16) -> Result<TcpListener, String> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("port {port} is taken by another program; `--port 0` takes any port that is free")
        }
        _ => format!("cannot listen on port {port}: {error}"),
    })
}

fn welcome(address: SocketAddr) -> String {
    format!(
        "gateway listens on {address}, until ctrl-c. From another terminal:\n\n  \
         curl -X PUT -d hello http://{address}/keys/greeting\n  \
         curl http://{address}/keys/greeting\n  \
         curl http://{address}/health\n\n"
    )
}
