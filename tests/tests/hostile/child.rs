//! A test that runs itself again in a process of its own, which may end however it likes.

use std::env;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, ExitStatus};

/// Tells this binary that it is the child, and which case it is to try.
const CASE: &str = "CALLCAST_HOSTILE_CASE";

/// What a process is ended by that aborts.
const SIGABRT: i32 = 6;

/// The case that this process is to try; none in the process that the tests run in.
pub(crate) fn case() -> Option<String> {
    env::var(CASE).ok()
}

/// How a process has ended, and what it has said.
#[derive(Debug)]
pub(crate) struct Ended {
    status: ExitStatus,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs this test again, for one case. What is set of backtraces outside is left out.
pub(crate) fn again(test: &str, case: &str) -> Ended {
    let this = env::current_exe().expect("it runs");
    let mut command = Command::new(this);
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]).env(CASE, case);
    run(command.env_remove("RUST_BACKTRACE").env_remove("RUST_LIB_BACKTRACE"))
}

pub(crate) fn run(command: &mut Command) -> Ended {
    let output = command.output().expect("it can be run");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ended { status: output.status, out: text(output.stdout), err: text(output.stderr) }
}

impl Ended {
    /// It has come to its end.
    pub(crate) fn well(self) -> Self {
        assert!(self.status.success(), "{self:#?}");
        self
    }

    /// The language has ended it.
    pub(crate) fn aborted(self) -> Self {
        assert_eq!(self.status.signal(), Some(SIGABRT), "{self:#?}");
        self
    }

    pub(crate) fn is_well(&self) -> bool {
        self.status.success()
    }

    /// It has found an error, or none; it was not ended by a signal, which a shell tells by a number beyond 128.
    pub(crate) fn by_itself(self) -> Self {
        assert!(self.status.code().is_some_and(|code| code < 128), "{self:#?}");
        self
    }

    /// These stand in its standard error, in this order.
    pub(crate) fn said(&self, texts: &[&str]) {
        let mut rest = &*self.err;
        for text in texts {
            let at = rest.find(text).unwrap_or_else(|| panic!("no {text:?} in {rest}\n{self:#?}"));
            rest = &rest[at + text.len()..];
        }
    }
}
