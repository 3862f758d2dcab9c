//! The half of a socket that is written to.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use tokio::io::AsyncWriteExt as _;
use tokio::net::tcp::OwnedWriteHalf;

/// How many lines wait for a client that does not read. Then the oldest go: in a chat, what is said now counts more.
const MAX_WAITING: usize = 256;

/// Gathers lines while others are being written.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    /// None while a write has it, and when no more is to be written.
    socket: Option<OwnedWriteHalf>,
    waiting: VecDeque<Arc<str>>,
    /// How many lines have gone unwritten since the client was last told.
    lost: usize,
}

impl Outbox {
    pub(crate) fn new(socket: OwnedWriteHalf) -> Self {
        Self { socket: Some(socket), ..Self::default() }
    }

    pub(crate) fn push(&mut self, line: Arc<str>) {
        if self.waiting.len() == MAX_WAITING {
            self.waiting.pop_front();
            self.lost += 1;
        }
        self.waiting.push_back(line);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Begins to write all that waits. There is nothing to do where nothing waits, or where the last write goes on.
    pub(crate) fn write(&mut self) -> Option<impl Future<Output = io::Result<OwnedWriteHalf>> + use<>> {
        if self.is_empty() {
            return None;
        }
        let mut socket = self.socket.take()?;
        let text = self.take_text();
        Some(async move {
            socket.write_all(text.as_bytes()).await?;
            Ok(socket)
        })
    }

    /// A write has ended.
    pub(crate) fn written(&mut self, socket: OwnedWriteHalf) {
        self.socket = Some(socket);
    }

    /// Tells the client that this was all.
    pub(crate) fn close(&mut self) {
        self.socket = None;
    }

    fn take_text(&mut self) -> String {
        let mut text = String::new();
        if self.lost > 0 {
            text = format!("! {} lines are lost, since you did not read them\n", self.lost);
            self.lost = 0;
        }
        for line in self.waiting.drain(..) {
            text.push_str(&line);
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(outbox: &mut Outbox, lines: usize) {
        (1..=lines).for_each(|line| outbox.push(line.to_string().into()));
    }

    #[test]
    fn lines_are_written_in_one_go() {
        let mut outbox = Outbox::default();
        push(&mut outbox, 3);
        assert_eq!(outbox.take_text(), "1\n2\n3\n");
        assert!(outbox.is_empty());
    }

    #[test]
    fn the_oldest_are_lost_and_that_is_told_once() {
        let mut outbox = Outbox::default();
        push(&mut outbox, MAX_WAITING + 2);
        let text = outbox.take_text();
        assert!(text.starts_with("! 2 lines are lost, since you did not read them\n3\n4\n"), "{text}");
        assert_eq!(text.lines().count(), MAX_WAITING + 1);
        push(&mut outbox, 1);
        assert_eq!(outbox.take_text(), "1\n");
    }
}
