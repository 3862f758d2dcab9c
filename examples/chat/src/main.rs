//! A chat for real `nc`, made of agents and servers.
//!
//! | what | is | because it |
//! | --- | --- | --- |
//! | [`room`] | an agent | only holds state: its topic and the last lines |
//! | [`session`] | a server | waits for its client, in both directions |
//! | [`listener`] | a server | waits for clients |
//! | [`hall`] | three registries | is looked things up in, and never acts |
//!
//! The rest knows nothing of them: [`input`] turns bytes into lines, [`command`] gives those a meaning, and [`outbox`]
//! turns lines into bytes.

mod chat;
mod cli;
mod command;
mod demo;
mod hall;
mod input;
mod listener;
mod names;
mod outbox;
mod refusal;
mod room;
mod session;
mod signals;

use std::error::Error;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use tokio::net::TcpListener;

use crate::chat::Chat;
use crate::cli::Task;

#[tokio::main]
async fn main() -> ExitCode {
    let task = match cli::parse(std::env::args_os().skip(1)) {
        Ok(task) => task,
        Err(error) => {
            eprintln!("chat: {error}\n\n{}", cli::HELP);
            return ExitCode::from(2);
        }
    };
    let done = match task {
        Task::Serve { address } => serve(address).await,
        Task::Demo => demo::run().await,
        Task::Help => io::stdout().write_all(cli::HELP.as_bytes()).map_err(Into::into),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chat: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves until ctrl-c or SIGTERM.
async fn serve(address: SocketAddr) -> Result<(), Box<dyn Error>> {
    let socket = TcpListener::bind(address).await.map_err(|error| cannot_listen(address, &error))?;
    // Before anybody is told that it listens, so that no signal finds it unprepared.
    let ending = signals::ending()?;
    let chat = Chat::start(socket).await?;
    io::stdout().write_all(welcome(chat.address()).as_bytes())?;
    ending.await;
    chat.stop().await;
    Ok(())
}

fn cannot_listen(address: SocketAddr, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            let any = SocketAddr::new(address.ip(), 0);
            format!("{address} is taken by another program; `--listen {any}` takes any port that is free")
        }
        _ => format!("cannot listen on {address}: {error}"),
    }
}

fn welcome(address: SocketAddr) -> String {
    let (ip, port) = (address.ip(), address.port());
    format!("chat listens on {address}, until ctrl-c. From two other terminals:\n\n  nc {ip} {port}\n\n")
}
