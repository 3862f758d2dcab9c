//! A session in which the database is killed, and what a client sees of it.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::own_kv::OwnKv;
use crate::tree::{self, KV, LONGEST_DELAY};

/// How long the service may be away; it takes some two seconds, and more on a busy machine.
const LIMIT: Duration = Duration::from_secs(20);

/// Serves on a port of its own, with a database of its own, and talks to that.
pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let socket = crate::bind(0).await?;
    let address = socket.local_addr()?;
    let tree = tree::start(socket, None).await?;
    println!("{}\n", tree.tree());
    let client = Client { address };
    client.before().await?;

    let process = tree.client::<OwnKv>(KV)?.process().await?;
    println!("\n$ kill -KILL {process}    (what is said of that on stderr is part of this)\n");
    let killed = Instant::now();
    if !Command::new("kill").args(["-KILL", &process.to_string()]).status()?.success() {
        return Err("the database could not be killed".into());
    }
    client.meanwhile(killed).await?;
    client.after().await?;
    println!("\n{}", tree.tree());
    tree.stop().await?;
    Ok(())
}

/// A client that prints what it asks and is answered.
struct Client {
    address: SocketAddr,
}

impl Client {
    async fn before(&self) -> Result<(), Box<dyn Error>> {
        self.expect("PUT", "/keys/greeting", "hello", 200).await?;
        self.expect("GET", "/keys/greeting", "", 200).await?;
        self.expect("GET", "/keys/nothing", "", 404).await?;
        self.expect("PUT", "/keys/visits", "1", 200).await?;
        self.expect("DELETE", "/keys/visits", "", 200).await
    }

    /// While the database is away: every answer comes at once and says why, until one is as it was.
    async fn meanwhile(&self, killed: Instant) -> Result<(), Box<dyn Error>> {
        let mut refused = 0;
        for (method, body) in [("PUT", "are you there?"), ("GET", "")] {
            let status = self.show(method, "/keys/greeting", body).await?;
            // The database is not started again before that. On a busy machine an answer may come later, and be any.
            if status != 503 && killed.elapsed() < LONGEST_DELAY {
                return Err("this should be 503".into());
            }
            refused += u32::from(status != 200);
        }
        while self.ask("PUT", "/keys/greeting", "hello again").await?.0 != 200 {
            refused += 1;
            if killed.elapsed() > LIMIT {
                return Err("the database does not come back".into());
            }
            sleep(Duration::from_millis(20)).await;
        }
        let away = killed.elapsed().as_millis();
        println!("  … {refused} requests were refused like that, within {away} ms; then:\n");
        Ok(())
    }

    async fn after(&self) -> Result<(), Box<dyn Error>> {
        self.expect("GET", "/keys/greeting", "", 200).await?;
        self.expect("DELETE", "/keys/greeting", "", 200).await
    }

    async fn expect(&self, method: &str, path: &str, body: &str, status: u16) -> Result<(), Box<dyn Error>> {
        let actual = self.show(method, path, body).await?;
        if actual == status { Ok(()) } else { Err(format!("this should be {status}").into()) }
    }

    /// Asks, prints it all, and returns the status.
    async fn show(&self, method: &str, path: &str, body: &str) -> io::Result<u16> {
        println!("> {method} {path} {body}");
        let (status, text) = self.ask(method, path, body).await?;
        println!("< {status} {}", text.trim_end());
        Ok(status)
    }

    /// A request, and the status and the text of its answer.
    async fn ask(&self, method: &str, path: &str, body: &str) -> io::Result<(u16, String)> {
        let mut stream = TcpStream::connect(self.address).await?;
        let (host, length) = (self.address, body.len());
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        );
        stream.write_all((head + body).as_bytes()).await?;
        let mut answer = String::new();
        timeout(LIMIT, stream.read_to_string(&mut answer)).await??;
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
        let text = answer.split_once("\r\n\r\n").map(|(_, text)| text.to_owned());
        status.zip(text).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}
