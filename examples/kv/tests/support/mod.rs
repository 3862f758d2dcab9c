//! What the tests share: a running `kv`, programs that must end, and clients over plain sockets. Nothing here waits
//! without a limit.

#![allow(dead_code, reason = "each test file uses a part of this")]

use std::fs;
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// How long anything may take that is not slow by nature.
pub(crate) const LIMIT: Duration = Duration::from_mins(1);

/// A `kv` that runs until this is dropped.
pub(crate) struct Kv {
    child: Child,
    port: u16,
    /// The lines that it prints on stderr.
    errors: Receiver<String>,
}

impl Kv {
    /// Starts it on a port that is free.
    pub(crate) fn start() -> Self {
        let mut child = command(&["--port", "0"]).spawn().unwrap();
        let errors = lines(child.stderr.take().unwrap());
        let port = first_line(child.stdout.take().unwrap());
        let port = port
            .split(':')
            .nth(1)
            .and_then(|rest| rest.split(',').next())
            .unwrap_or_else(|| panic!("{port}"));
        Self { port: port.parse().unwrap(), child, errors }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn connect(&self) -> Client {
        let socket = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        socket.set_read_timeout(Some(LIMIT)).unwrap();
        socket.set_write_timeout(Some(LIMIT)).unwrap();
        socket.set_nodelay(true).unwrap();
        Client { socket }
    }

    /// How much memory it has, where that can be learned.
    pub(crate) fn memory(&self) -> Option<usize> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        Some(line.split_whitespace().nth(1)?.parse::<usize>().ok()? << 10)
    }

    /// The next line that it prints on stderr.
    pub(crate) fn error_line(&self) -> String {
        self.errors.recv_timeout(LIMIT).expect("a line")
    }

    /// Asks it to end, waits until it has, and returns what else it printed on stderr.
    pub(crate) fn terminate(mut self) -> (ExitStatus, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        (wait(&mut self.child), self.errors.iter().collect())
    }
}

impl Drop for Kv {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kv"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What a program has printed, and how it ended.
pub(crate) struct Output {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs `kv` until it ends by itself.
pub(crate) fn run_kv(arguments: &[&str]) -> Output {
    run(&mut command(arguments))
}

/// Runs a program until it ends by itself.
pub(crate) fn run(command: &mut Command) -> Output {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (stdout, stderr) = (read_all(child.stdout.take().unwrap()), read_all(child.stderr.take().unwrap()));
    let status = wait(&mut child);
    Output {
        status,
        stdout: stdout.recv_timeout(LIMIT).unwrap(),
        stderr: stderr.recv_timeout(LIMIT).unwrap(),
    }
}

/// Waits until `child` has ended; if it does not, kills it and fails.
fn wait(child: &mut Child) -> ExitStatus {
    // Benchmarks are slow by nature.
    let deadline = Instant::now() + LIMIT * 6;
    while Instant::now() < deadline {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        thread::sleep(Duration::from_millis(5));
    }
    drop(child.kill());
    panic!("a program does not end");
}

/// The first line that is printed.
pub(crate) fn first_line(output: impl Read + Send + 'static) -> String {
    lines(output).recv_timeout(LIMIT).expect("a line")
}

/// The lines, as they are printed.
pub(crate) fn lines(output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        // It reads on even when nobody listens, so that the program can go on printing.
        BufReader::new(output).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
    });
    receiver
}

/// All that is printed, when it ends.
fn read_all(mut output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut all = Vec::new();
        drop(output.read_to_end(&mut all));
        drop(sender.send(String::from_utf8_lossy(&all).into_owned()));
    });
    receiver
}

/// A client that knows no protocol, and says and hears bytes.
pub(crate) struct Client {
    pub(crate) socket: TcpStream,
}

impl Client {
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.socket.write_all(bytes.as_ref()).unwrap();
    }

    /// Fails unless these bytes come next.
    pub(crate) fn expect(&mut self, bytes: impl AsRef<[u8]>) {
        let expected = bytes.as_ref();
        let mut actual = vec![0; expected.len()];
        let mut length = 0;
        while length < expected.len() && actual[..length] == expected[..length] {
            match self.socket.read(&mut actual[length..]) {
                Ok(0) => break,
                Ok(more) => length += more,
                Err(error) => panic!("{error}, after {}", show(&actual[..length])),
            }
        }
        assert_eq!(show(&actual[..length]), show(expected));
    }

    /// Fails unless the reply to `line` is `reply`.
    pub(crate) fn ask(&mut self, line: &str, reply: &str) {
        self.send(format!("{line}\r\n"));
        self.expect(format!("{reply}\r\n"));
    }

    /// Fails unless the reply to `line` is a number.
    pub(crate) fn ask_for_number(&mut self, line: &str) -> i64 {
        self.send(format!("{line}\r\n"));
        let mut reply = Vec::new();
        while !reply.ends_with(b"\r\n") {
            let mut byte = [0];
            self.socket.read_exact(&mut byte).unwrap();
            reply.extend(byte);
        }
        let number = std::str::from_utf8(&reply).ok().and_then(|reply| reply.strip_prefix(':'));
        number.and_then(|number| number.trim_end().parse().ok()).unwrap_or_else(|| panic!("{}", show(&reply)))
    }

    /// Asks until the reply is this one.
    pub(crate) fn ask_until(&mut self, line: &str, reply: &str) {
        let deadline = Instant::now() + LIMIT;
        loop {
            self.send(format!("{line}\r\n"));
            let mut actual = [0; 64];
            let length = self.socket.read(&mut actual).unwrap();
            if actual[..length] == *format!("{reply}\r\n").as_bytes() {
                return;
            }
            assert!(Instant::now() < deadline, "{line} is still {}", show(&actual[..length]));
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// All that the server still says, and how it ends.
    pub(crate) fn hear_all(&mut self) -> (String, io::Result<()>) {
        let mut rest = Vec::new();
        let ended = self.socket.read_to_end(&mut rest).map(drop);
        (String::from_utf8_lossy(&rest).into_owned(), ended)
    }

    /// Fails unless the server has nothing more to say.
    pub(crate) fn expect_end(&mut self) {
        let mut rest = Vec::new();
        self.socket.read_to_end(&mut rest).unwrap();
        assert_eq!(show(&rest), "");
    }
}

/// The start of some bytes, readable.
fn show(bytes: &[u8]) -> String {
    bytes[..bytes.len().min(500)].escape_ascii().to_string()
}
