//! What the tests share: a running `gateway`, a real `redis-server`, real `curl`s, and programs that must end. Nothing here
//! waits without a limit.

#![allow(dead_code, reason = "each test file uses a part of this")]

pub(crate) mod curl;
pub(crate) mod redis;

use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread;
use std::time::{Duration, Instant};

use curl::Answer;

/// How long anything may take.
pub(crate) const LIMIT: Duration = Duration::from_mins(1);

/// The gateway gives its database a second for each answer. A test that keeps the machine busy would take that from the
/// tests beside it: so it runs alone.
static ALONE: RwLock<()> = RwLock::new(());

/// Until it is dropped other tests may run, but none that wants to be alone.
pub(crate) fn beside_others() -> RwLockReadGuard<'static, ()> {
    // A test that has failed leaves nothing behind.
    ALONE.read().unwrap_or_else(PoisonError::into_inner)
}

/// Until it is dropped no other test runs.
pub(crate) fn alone() -> RwLockWriteGuard<'static, ()> {
    ALONE.write().unwrap_or_else(PoisonError::into_inner)
}

/// Whether there are these programs. Says so where one is not; on CI that is a failure.
pub(crate) fn installed(programs: &[&str]) -> bool {
    programs.iter().all(|program| {
        let found = Command::new(program).arg("--version").stdout(Stdio::null()).status().is_ok();
        assert!(found || std::env::var_os("CI").is_none(), "{program} is not installed");
        if !found {
            // Past the capture of the test harness, which shows nothing of a test that passes.
            let note =
                format!("SKIPPED: {program} is not installed (Debian: redis-server, redis-tools, curl)\n");
            drop(io::stderr().write_all(note.as_bytes()));
        }
        found
    })
}

/// A port that is free now; nobody else takes it, for all that can be done about it.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// A `gateway` that runs until this is dropped.
pub(crate) struct Gateway {
    child: Child,
    address: SocketAddr,
    /// The lines that it prints on stdout.
    said: Receiver<String>,
    /// What it prints on stderr.
    errors: Receiver<String>,
}

impl Gateway {
    /// Starts one on a port that is free. Returns what it has said before it says where it listens.
    pub(crate) fn start(arguments: &[&str]) -> (Self, Vec<String>) {
        let mut child = command(&[&["--port", "0"], arguments].concat()).spawn().unwrap();
        let errors = lines(child.stderr.take().unwrap());
        let said = lines(child.stdout.take().unwrap());
        let mut before = Vec::new();
        let address = loop {
            let Ok(line) = said.recv_timeout(LIMIT) else {
                end(&mut child);
                panic!("it does not listen: {:?}", errors.iter().collect::<Vec<_>>());
            };
            match line.strip_prefix("gateway listens on ").and_then(|rest| rest.split(',').next()) {
                Some(address) => break address.parse().unwrap(),
                None => before.push(line),
            }
        };
        (Self { child, address, said, errors }, before)
    }

    /// One in front of this database.
    pub(crate) fn of(database: u16) -> Self {
        Self::start(&["--database", &format!("127.0.0.1:{database}")]).0
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        curl::ask(&self.url(path), &[])
    }

    pub(crate) fn put(&self, path: &str, value: &str) -> Answer {
        curl::ask(&self.url(path), &["-X", "PUT", "--data-binary", value])
    }

    pub(crate) fn delete(&self, path: &str) -> Answer {
        curl::ask(&self.url(path), &["-X", "DELETE"])
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The next line on stdout that has this in it.
    pub(crate) fn says(&self, part: &str) -> String {
        let deadline = Instant::now() + LIMIT;
        while Instant::now() < deadline {
            let line = self.said.recv_timeout(LIMIT).expect("a line");
            if line.contains(part) {
                return line;
            }
        }
        panic!("it does not say {part:?}");
    }

    pub(crate) fn still_runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Asks it to end.
    pub(crate) fn ask_to_end(&self) {
        signal("TERM", self.child.id());
    }

    /// Waits until it has ended, and returns what it has printed on stderr.
    pub(crate) fn ended(mut self) -> (ExitStatus, String) {
        (wait(&mut self.child), self.errors.iter().map(|line| line + "\n").collect())
    }

    /// Kills it, without a word.
    pub(crate) fn kill(mut self) {
        end(&mut self.child);
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Sends a signal to a process that a test has started.
pub(crate) fn signal(name: &str, process: u32) {
    let sent = Command::new("kill").arg(format!("-{name}")).arg(process.to_string()).status().unwrap();
    assert!(sent.success(), "{name} to {process}");
}

/// Asks again until the answer is yes.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + LIMIT;
    while !is_so() {
        assert!(Instant::now() < deadline, "not within {LIMIT:?}: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

pub(crate) fn end(child: &mut Child) {
    drop(child.kill());
    drop(child.wait());
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gateway"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What `gateway` has printed, and how it ended.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs `gateway` until it ends by itself.
pub(crate) fn run(arguments: &[&str]) -> Ended {
    let mut child = command(arguments).spawn().unwrap();
    let (stdout, stderr) = (lines(child.stdout.take().unwrap()), lines(child.stderr.take().unwrap()));
    let status = wait(&mut child);
    let all = |lines: Receiver<String>| lines.iter().map(|line| line + "\n").collect();
    Ended { status, stdout: all(stdout), stderr: all(stderr) }
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
