//! A key-value server for real `redis-cli` and `redis-benchmark`, made of agents and servers.
//!
//! | what | is | because it |
//! | --- | --- | --- |
//! | [`shard`] | an agent | only holds state: its share of the keys |
//! | [`stats`] | an agent | only holds state: what has been counted |
//! | [`expiry`] | a server | acts by itself, ten times a second |
//! | [`progress`] | a server | acts by itself, once a second |
//! | [`listener`] | a server | waits for clients |
//! | [`connection`] | a server | waits for its client, in both directions |
//! | [`topics`] | a server | waits for slow subscribers |
//!
//! [`kv`] is the tree that they stand in: who starts whom, and what comes of it when one of them fails.
//!
//! The rest knows nothing of them: [`protocol`] and [`inline`] turn bytes into requests, [`parse`] turns those into
//! [`command`]s, and [`reply`] turns answers into bytes. [`services`] is where a command meets who can execute it.

mod cli;
mod command;
mod connection;
mod demo;
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
use std::io::{self, Write as _};
use std::process::ExitCode;

use crate::cli::Task;
use crate::kv::{Kv, Show};

#[tokio::main]
async fn main() -> ExitCode {
    let task = match cli::parse(std::env::args_os().skip(1)) {
        Ok(task) => task,
        Err(error) => {
            eprintln!("kv: {error}\n\n{}", cli::HELP);
            return ExitCode::from(2);
        }
    };
    let done = match task {
        Task::Serve { port } => serve(port).await,
        Task::Demo => demo::run().await.map(|()| ExitCode::SUCCESS),
        Task::Help => help().map_err(Into::into),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("kv: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves until ctrl-c or SIGTERM; a second one kills what has not ended by then.
async fn serve(port: u16) -> Result<ExitCode, Box<dyn Error>> {
    let socket = kv::bind(port).await.map_err(|error| cannot_listen(port, &error))?;
    let kv = Kv::start(socket, Show::Progress).await?;
    // Before anybody is told that it listens, so that no signal finds it unprepared.
    let ending = kv.tree().run_until_signal();
    io::stdout().write_all(welcome(kv.address().port()).as_bytes())?;
    Ok(ending.await?)
}

fn help() -> io::Result<ExitCode> {
    io::stdout().write_all(cli::HELP.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn cannot_listen(port: u16, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("port {port} is taken by another program; `--port 0` takes any port that is free")
        }
        _ => format!("cannot listen on port {port}: {error}"),
    }
}

fn welcome(port: u16) -> String {
    format!(
        "kv listens on 127.0.0.1:{port}, until ctrl-c. From another terminal:\n\n  \
         redis-cli -p {port} SET greeting hello\n  \
         printf 'GET greeting\\r\\nINCR visits\\r\\nQUIT\\r\\n' | nc 127.0.0.1 {port}\n\n"
    )
}
