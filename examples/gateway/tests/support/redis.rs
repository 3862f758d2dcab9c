//! A real `redis-server`, without a disk.

use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::{LIMIT, end, free_port, signal};

/// A `redis-server` that runs until this is dropped.
pub(crate) struct Redis {
    child: Child,
    port: u16,
}

impl Redis {
    /// Starts one on a port that is free.
    pub(crate) fn start() -> Self {
        // Somebody else may take a port before it does; more often than that it is something else.
        const TRIES: usize = 5;
        (0..TRIES).find_map(|_| Self::try_start_at(free_port())).expect("redis-server starts")
    }

    /// Starts one, and waits until it serves.
    pub(crate) fn start_at(port: u16) -> Self {
        Self::try_start_at(port).expect("redis-server starts at this port")
    }

    /// None where it ends before it serves.
    fn try_start_at(port: u16) -> Option<Self> {
        let mut server = Command::new("redis-server");
        server.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port", &port.to_string()]);
        // It leaves files nowhere.
        server.current_dir(env!("CARGO_TARGET_TMPDIR"));
        let child = server.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
        let mut redis = Self { child, port };
        // Whoever else has the port may be a database too.
        let is_it = format!("process_id:{}\r\n", redis.child.id());
        let deadline = Instant::now() + LIMIT;
        while !redis.try_cli(&["INFO", "server"]).contains(&is_it) {
            if redis.child.try_wait().unwrap().is_some() {
                return None;
            }
            assert!(Instant::now() < deadline, "redis-server does not serve");
            thread::sleep(Duration::from_millis(10));
        }
        Some(redis)
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// What `redis-cli` prints for one command.
    pub(crate) fn cli(&self, command: &[&str]) -> String {
        let printed = self.try_cli(command);
        assert!(!printed.is_empty(), "{command:?}");
        printed
    }

    fn try_cli(&self, command: &[&str]) -> String {
        let mut cli = Command::new("redis-cli");
        let output = cli.args(["-p", &self.port.to_string()]).args(command).output().unwrap();
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, name: &str) {
        signal(name, self.child.id());
    }

    /// Kills it, without a word, and returns its port.
    pub(crate) fn kill(mut self) -> u16 {
        end(&mut self.child);
        self.port
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}
