//! The database where none is given: the example `kv`, as a process of its own, so that it can be killed like any other.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::process::{ExitStatus, Stdio};

use callcast::prelude::*;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};

/// What the process says when it listens.
const READY: &str = "ready";

/// The process, for as long as it runs. When it ends, so does this server, with `Failed`, and its supervisor starts both again.
#[derive(Debug)]
pub(crate) struct OwnKv {
    process: u32,
    /// The process ends when this is closed: it outlives the gateway in no case.
    _stdin: Option<ChildStdin>,
}

#[server]
impl OwnKv {
    #[init]
    pub(crate) async fn launch(port: u16, ctx: &mut Context<Self>) -> io::Result<Self> {
        let mut child = command(port)?.spawn()?;
        let process = child.id().unwrap_or_default();
        let stdin = child.stdin.take();
        ready(&mut child).await?;
        println!("the database is our own kv: process {process}, 127.0.0.1:{port}");
        ctx.spawn(async move { child.wait().await }, OwnKvInfo::ended);
        Ok(Self { process, _stdin: stdin })
    }

    /// The id of the process.
    #[call]
    pub(crate) fn process(&self) -> u32 {
        self.process
    }

    #[info]
    fn ended(&mut self, how: io::Result<ExitStatus>) -> Result<(), Box<dyn Error + Send + Sync>> {
        Err(Box::new(Ended { process: self.process, how: how? }))
    }
}

fn command(port: u16) -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("--kv").arg(port.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
    // Dropped with the job that waits for it, when this server ends.
    command.kill_on_drop(true);
    // Ctrl-C is for the gateway, which has requests to answer before its database goes.
    #[cfg(unix)]
    command.process_group(0);
    Ok(command)
}

/// Waits until the process listens.
async fn ready(child: &mut Child) -> io::Result<()> {
    let mut line = String::new();
    if let Some(stdout) = child.stdout.take() {
        BufReader::new(stdout).read_line(&mut line).await?;
    }
    if line.trim_end() == READY { Ok(()) } else { Err(io::Error::other("kv has not started")) }
}

/// A port that is free now, and most likely still when `kv` takes it; each of its lives is to have the same.
pub(crate) fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// The other side: is `kv`, and nothing else, until stdin is closed.
pub(crate) async fn be_kv(port: u16) -> Result<(), Box<dyn Error>> {
    let socket = kv::bind(port).await?;
    println!("{READY}");
    kv::serve(socket, closed()).await
}

async fn closed() {
    let mut rest = Vec::new();
    // Whether it is closed or broken, nobody is there any more.
    drop(tokio::io::stdin().read_to_end(&mut rest).await);
}

/// The process has ended, whatever it says of it.
#[derive(Debug)]
struct Ended {
    process: u32,
    how: ExitStatus,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} has ended: {}", self.process, self.how)
    }
}

impl Error for Ended {}
