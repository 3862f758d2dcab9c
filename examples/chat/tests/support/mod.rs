//! What the tests share: a running `chat`, clients that are real `nc`s, and programs that must end. Nothing here waits
//! without a limit.

#![allow(dead_code, reason = "each test file uses a part of this")]

use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// How long anything may take.
pub(crate) const LIMIT: Duration = Duration::from_mins(1);

/// Whether there is `nc`. Says so where there is not; on CI that is a failure.
pub(crate) fn nc_is_installed() -> bool {
    let probe = Command::new("nc").arg("-h").stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(probe.is_ok() || std::env::var_os("CI").is_none(), "nc is not installed");
    if probe.is_err() {
        // Past the capture of the test harness, which shows nothing of a test that passes.
        let note = b"SKIPPED: nc is not installed (Debian: netcat-openbsd)\n";
        drop(io::stderr().write_all(note));
    }
    probe.is_ok()
}

/// A `chat` that runs until this is dropped.
pub(crate) struct Chat {
    child: Child,
    address: SocketAddr,
    /// The lines that it prints on stderr.
    errors: Receiver<String>,
}

impl Chat {
    /// Starts it on a port that is free.
    pub(crate) fn start() -> Self {
        let mut child = command(&["--listen", "127.0.0.1:0"]).spawn().unwrap();
        let errors = lines(child.stderr.take().unwrap());
        let line = lines(child.stdout.take().unwrap()).recv_timeout(LIMIT).expect("a line");
        let address = line.strip_prefix("chat listens on ").and_then(|rest| rest.split(',').next());
        Self { address: address.unwrap_or_else(|| panic!("{line}")).parse().unwrap(), child, errors }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// A client that has this name, and is on its way to this room; what it is told there comes next.
    pub(crate) fn client(&self, nick: &str, room: &str) -> Nc {
        let mut nc = Nc::connect(self.address);
        nc.hear_until("* welcome, ");
        nc.ask(&format!("/nick {nick}"), &format!("* you are now {nick}"));
        nc.say(&format!("/join {room}"));
        nc
    }

    /// Asks it to end, waits until it has, and returns what it has printed on stderr.
    pub(crate) fn terminate(mut self) -> (ExitStatus, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        (wait(&mut self.child), self.errors.iter().map(|line| line + "\n").collect())
    }
}

impl Drop for Chat {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// An `nc` that is connected to a `chat`.
pub(crate) struct Nc {
    child: Child,
    /// None when it has been closed.
    stdin: Option<ChildStdin>,
    heard: Output,
}

/// What an `nc` prints.
enum Output {
    Unread(ChildStdout),
    Read(Receiver<String>),
}

impl Nc {
    /// One that reads.
    pub(crate) fn connect(address: SocketAddr) -> Self {
        let mut nc = Self::connect_deaf(address);
        nc.listen();
        nc
    }

    /// One of which nobody reads what it prints, so that it soon reads nothing from the server either.
    pub(crate) fn connect_deaf(address: SocketAddr) -> Self {
        let (ip, port) = (address.ip().to_string(), address.port().to_string());
        let mut nc = Command::new("nc");
        nc.args([ip, port]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = nc.spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take().unwrap());
        Self { child, stdin, heard: Output::Unread(stdout) }
    }

    /// From now on one that reads.
    pub(crate) fn listen(&mut self) {
        let (_, nothing) = mpsc::channel();
        self.heard = match std::mem::replace(&mut self.heard, Output::Read(nothing)) {
            Output::Unread(stdout) => Output::Read(lines(stdout)),
            read @ Output::Read(_) => read,
        };
    }

    pub(crate) fn say(&mut self, line: &str) {
        self.send(format!("{line}\n"));
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stdin.as_mut().unwrap().write_all(bytes.as_ref()).unwrap();
    }

    /// Fails unless this is the next line.
    pub(crate) fn hear(&self, expected: &str) {
        assert_eq!(self.line(), expected);
    }

    /// Fails unless these are the next lines.
    pub(crate) fn hear_all(&self, expected: &[&str]) {
        for line in expected {
            self.hear(line);
        }
    }

    /// Fails unless this is the answer.
    pub(crate) fn ask(&mut self, line: &str, answer: &str) {
        self.say(line);
        self.hear(answer);
    }

    /// Reads until a line has this in it, and returns that.
    pub(crate) fn hear_until(&self, part: &str) -> String {
        let deadline = Instant::now() + LIMIT;
        while Instant::now() < deadline {
            let line = self.line();
            if line.contains(part) {
                return line;
            }
        }
        panic!("nobody says {part:?}");
    }

    /// The next line.
    pub(crate) fn line(&self) -> String {
        let Output::Read(lines) = &self.heard else { panic!("it does not listen") };
        lines.recv_timeout(LIMIT).expect("a line")
    }

    /// Fails if there is one more line, or if the server does not close the connection: without an option `nc` ends when
    /// both its input and the connection are closed, and not before.
    pub(crate) fn hear_the_end(mut self) {
        drop(self.stdin.take());
        wait(&mut self.child);
        let Output::Read(lines) = &self.heard else { panic!("it does not listen") };
        assert_eq!(lines.recv_timeout(LIMIT), Err(mpsc::RecvTimeoutError::Disconnected));
    }

    /// Kills it: it vanishes without a word.
    pub(crate) fn vanish(mut self) {
        end(&mut self.child);
    }
}

impl Drop for Nc {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

fn end(child: &mut Child) {
    drop(child.kill());
    drop(child.wait());
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chat"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What `chat` has printed on stdout and stderr, and how it ended.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<String>,
    pub(crate) stderr: String,
}

/// Runs `chat` until it ends by itself.
pub(crate) fn run(arguments: &[&str]) -> Ended {
    let mut child = command(arguments).spawn().unwrap();
    let (stdout, stderr) = (lines(child.stdout.take().unwrap()), lines(child.stderr.take().unwrap()));
    let status = wait(&mut child);
    Ended { status, stdout: stdout.iter().collect(), stderr: stderr.iter().map(|line| line + "\n").collect() }
}

/// Waits until `child` has ended; if it does not, kills it and fails.
fn wait(child: &mut Child) -> ExitStatus {
    let deadline = Instant::now() + LIMIT;
    while Instant::now() < deadline {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        thread::sleep(Duration::from_millis(5));
    }
    end(child);
    panic!("a program does not end");
}

/// The lines, as they are printed.
fn lines(output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        // It reads on even when nobody listens, so that the program can go on printing.
        BufReader::new(output).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
    });
    receiver
}
