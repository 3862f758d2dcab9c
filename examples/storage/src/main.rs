//! The stores, from a command line: what is asked does not know which one it asks.
//!
//! [`question`] asks a store one thing, [`bench`] very many while it is swapped for others, [`demo`] shows both.

mod bench;
mod cli;
mod demo;
mod question;

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;

use crate::cli::Task;

/// What can go wrong with a command: it is shown, and nothing else is done with it.
type Problem = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    let task = match cli::parse(std::env::args_os().skip(1)) {
        Ok(task) => task,
        Err(error) => {
            eprintln!("storage: {error}\n\n{}", cli::HELP);
            return ExitCode::from(2);
        }
    };
    let done = match task {
        Task::Ask(which, question) => question::ask(&which, question).await,
        Task::Bench(which, load) => bench::run(&which, load).await,
        Task::Demo => demo::run().await,
        Task::Help => io::stdout().write_all(cli::HELP.as_bytes()).map_err(Into::into),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("storage: {error}");
            ExitCode::FAILURE
        }
    }
}
