//! A real `redis-server`, without a disk.

use std::process::{Child, Command, Stdio};

use super::{end, free_port, signal, until};

/// A `redis-server` that runs until this is dropped.
pub(crate) struct Redis {
    child: Child,
    port: u16,
}

impl Redis {
    /// Starts one on a port that is free.
    pub(crate) fn start() -> Self {
        Self::start_at(free_port())
    }

    /// Starts one, and waits until it serves.
    pub(crate) fn start_at(port: u16) -> Self {
        let mut server = Command::new("redis-server");
        server.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port", &port.to_string()]);
        // It leaves files nowhere.
        server.current_dir(env!("CARGO_TARGET_TMPDIR"));
        let child = server.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
        let redis = Self { child, port };
        until("redis-server serves", || redis.try_cli(&["PING"]) == "PONG");
        redis
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
