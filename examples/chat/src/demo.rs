//! A short conversation of three, over real sockets, in which one of them crashes.

use std::error::Error;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::chat::Chat;

/// Who does what.
enum Step {
    Says(usize, &'static str),
    /// The next line that it is told is this one.
    Hears(usize, &'static str),
    /// There is nothing more that it is told, and its connection is closed.
    IsGone(usize),
}

use Step::{Hears, IsGone, Says};

const NAMES: [&str; 3] = ["ann", "bob", "eve"];
const ANN: usize = 0;
const BOB: usize = 1;
const EVE: usize = 2;

const CONVERSATION: [Step; 46] = [
    Says(ANN, "/nick ann"),
    Hears(ANN, "* you are now ann"),
    Says(ANN, "/join lobby"),
    Hears(ANN, "* in lobby: ann"),
    Hears(ANN, "* no topic"),
    Hears(ANN, "* ann has joined"),
    Says(ANN, "/topic the weather"),
    Hears(ANN, "* ann has set the topic: the weather"),
    Says(ANN, "it rains"),
    Hears(ANN, "ann: it rains"),
    Says(BOB, "/join lobby"),
    Hears(BOB, "ann: it rains"),
    Hears(BOB, "* in lobby: ann, guest-2"),
    Hears(BOB, "* topic: the weather"),
    Hears(BOB, "* guest-2 has joined"),
    Hears(ANN, "* guest-2 has joined"),
    Says(BOB, "/nick ann"),
    Hears(BOB, "! somebody else is called ann"),
    Says(BOB, "/nick bob"),
    Hears(BOB, "* guest-2 is now bob"),
    Hears(ANN, "* guest-2 is now bob"),
    Says(EVE, "/nick eve"),
    Hears(EVE, "* you are now eve"),
    Says(EVE, "/join lobby"),
    Hears(EVE, "ann: it rains"),
    Hears(EVE, "* in lobby: ann, bob, eve"),
    Hears(EVE, "* topic: the weather"),
    Hears(EVE, "* eve has joined"),
    Hears(ANN, "* eve has joined"),
    Hears(BOB, "* eve has joined"),
    Says(EVE, "/crash"),
    IsGone(EVE),
    Hears(ANN, "* eve has crashed, and left"),
    Hears(BOB, "* eve has crashed, and left"),
    Says(BOB, "are you still there?"),
    Hears(BOB, "bob: are you still there?"),
    Hears(ANN, "bob: are you still there?"),
    Says(ANN, "/who"),
    Hears(ANN, "* in lobby: ann, bob"),
    Says(BOB, "/quit"),
    Hears(BOB, "* goodbye"),
    IsGone(BOB),
    Hears(ANN, "* bob has left"),
    Says(ANN, "/leave"),
    Hears(ANN, "* you have left lobby"),
    Says(ANN, "/rooms"),
];

/// What is told last: with the last who was in it, the room is gone.
const END: Step = Hears(ANN, "* there are no rooms; /join makes one");

/// Serves on a port of its own, and talks to that.
pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let chat = Chat::start(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?).await?;
    println!("One of three is going to crash. What its panic prints on stderr is part of this.\n");
    let talk = talk(chat.address()).await;
    chat.stop().await;
    Ok(talk?)
}

async fn talk(address: SocketAddr) -> io::Result<()> {
    let mut clients = Vec::new();
    for (name, guest) in NAMES.into_iter().zip(1..) {
        let mut client = Client::connect(name, address).await?;
        client.hear(&format!("* welcome, guest-{guest}; /help says what there is")).await?;
        clients.push(client);
    }
    for step in CONVERSATION.iter().chain([&END]) {
        match *step {
            Says(who, line) => clients[who].say(line).await?,
            Hears(who, line) => clients[who].hear(line).await?,
            IsGone(who) => clients[who].hear_the_end().await?,
        }
    }
    Ok(())
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

    async fn say(&mut self, line: &str) -> io::Result<()> {
        println!("{} > {line}", self.name);
        self.socket.write_all(format!("{line}\n").as_bytes()).await
    }

    /// Fails unless it is told this line next.
    async fn hear(&mut self, expected: &str) -> io::Result<()> {
        let line = self.line().await?;
        println!("{} < {line}", self.name);
        if line == expected { Ok(()) } else { Err(io::Error::other(format!("this should be: {expected}"))) }
    }

    /// Fails if it is told anything more.
    async fn hear_the_end(&mut self) -> io::Result<()> {
        match self.line().await {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                println!("{} . is disconnected", self.name);
                Ok(())
            }
            Ok(line) => Err(io::Error::other(format!("this should be the end: {line}"))),
            Err(error) => Err(error),
        }
    }

    async fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match timeout(Duration::from_mins(1), self.socket.read_line(&mut line)).await?? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim_end().to_owned()),
        }
    }
}
