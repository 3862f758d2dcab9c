//! A short conversation of `kv` with itself, over real sockets.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::kv::{self, Kv, Show};

const CONVERSATION: [&str; 14] = [
    "PING",
    "SET greeting hello",
    "APPEND greeting ', world'",
    "GET greeting",
    "INCR visits",
    "INCRBY visits 41",
    "INCR greeting",
    "SET greeting again NX",
    "MSET a 1 b 2",
    "MGET a b c",
    "EXPIRE greeting 100",
    "TTL greeting",
    "DBSIZE",
    "NONSENSE",
];

/// Serves on a port of its own, and talks to that.
pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let kv = Kv::start(kv::bind(0).await?, Show::Nothing).await?;
    let talk = talk(kv.address()).await;
    kv.stop().await;
    Ok(talk?)
}

async fn talk(address: SocketAddr) -> io::Result<()> {
    let mut alice = Client::connect("alice", address).await?;
    for line in CONVERSATION {
        alice.ask(line).await?;
    }
    let mut bob = Client::connect("bob", address).await?;
    bob.ask("SUBSCRIBE news").await?;
    alice.ask("PUBLISH news 'it works'").await?;
    bob.listen().await?;
    alice.ask("QUIT").await
}

/// A client that prints what it says and hears.
struct Client {
    name: &'static str,
    socket: BufReader<TcpStream>,
}

impl Client {
    async fn connect(name: &'static str, address: SocketAddr) -> io::Result<Self> {
        Ok(Self { name, socket: BufReader::new(TcpStream::connect(address).await?) })
    }

    async fn ask(&mut self, line: &str) -> io::Result<()> {
        println!("{:>5} > {line}", self.name);
        self.socket.write_all(format!("{line}\r\n").as_bytes()).await?;
        self.listen().await
    }

    async fn listen(&mut self) -> io::Result<()> {
        let reply = timeout(Duration::from_mins(1), self.reply()).await??;
        println!("{:>5} < {reply}", self.name);
        Ok(())
    }

    /// A reply, as `redis-cli` would print it, but on one line.
    async fn reply(&mut self) -> io::Result<String> {
        let (mut parts, mut missing) = (Vec::new(), 1);
        while missing > 0 {
            missing -= 1;
            let line = self.line().await?;
            let (kind, rest) = line.split_at_checked(1).ok_or(io::ErrorKind::InvalidData)?;
            match kind {
                "*" => missing += number(rest)?,
                "$" if rest == "-1" => parts.push("(nil)".to_owned()),
                "$" => parts.push(format!("{:?}", self.string(number(rest)?).await?)),
                ":" => parts.push(format!("(integer) {rest}")),
                "-" => parts.push(format!("(error) {rest}")),
                _ => parts.push(rest.to_owned()),
            }
        }
        Ok(parts.join(", "))
    }

    async fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.socket.read_line(&mut line).await?;
        Ok(line.trim_end().to_owned())
    }

    async fn string(&mut self, length: usize) -> io::Result<String> {
        let mut bytes = vec![0; length + "\r\n".len()];
        self.socket.read_exact(&mut bytes).await?;
        bytes.truncate(length);
        String::from_utf8(bytes).map_err(io::Error::other)
    }
}

fn number(text: &str) -> io::Result<usize> {
    text.parse().map_err(io::Error::other)
}
