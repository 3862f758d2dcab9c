//! The half of a socket that is read from.

use std::fmt;
use std::io;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::net::tcp::OwnedReadHalf;

/// The longest line, in bytes, without its end. More is never in memory, however much is sent.
pub(crate) const MAX_LINE: usize = 1024;

/// Takes lines from a client.
#[derive(Debug)]
pub(crate) struct Input<R = OwnedReadHalf> {
    socket: BufReader<R>,
}

/// What a client has sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Line(String),
    Bad(LineError),
    /// There will be nothing more.
    End,
}

/// Why a line cannot be taken; the next may be better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineError {
    TooLong,
    NotText,
    Control,
}

impl<R: AsyncRead + Unpin> Input<R> {
    pub(crate) fn new(socket: R) -> Self {
        Self { socket: BufReader::new(socket) }
    }

    /// Waits for the next line; this comes back with it.
    pub(crate) async fn next(mut self) -> (Heard, Self) {
        // A client that was cut off has hung up too.
        let heard = match self.line().await {
            Ok(Some(line)) => checked(line),
            Ok(None) | Err(_) => Heard::End,
        };
        (heard, self)
    }

    /// The bytes of the next line, or of so much of it that one sees that it is too long.
    async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        loop {
            let read = self.socket.fill_buf().await?;
            if read.is_empty() {
                return Ok(if line.is_empty() { None } else { Some(line) });
            }
            let end = read.iter().position(|byte| *byte == b'\n');
            let part = end.unwrap_or(read.len());
            // One byte more than may be there, and the `\r` that may be there too.
            let wanted = (MAX_LINE + 2).saturating_sub(line.len()).min(part);
            line.extend_from_slice(&read[..wanted]);
            self.socket.consume(part + usize::from(end.is_some()));
            if end.is_some() {
                return Ok(Some(line));
            }
        }
    }
}

fn checked(mut line: Vec<u8>) -> Heard {
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    if line.len() > MAX_LINE {
        return Heard::Bad(LineError::TooLong);
    }
    match String::from_utf8(line) {
        Err(_) => Heard::Bad(LineError::NotText),
        // They could do anything to the terminals of those who hear them.
        Ok(line) if line.chars().any(|char| char.is_control() && char != '\t') => {
            Heard::Bad(LineError::Control)
        }
        Ok(line) => Heard::Line(line),
    }
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "a line has no more than {MAX_LINE} bytes"),
            Self::NotText => f.write_str("a line is text in UTF-8"),
            Self::Control => f.write_str("a line has no control characters"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn all(bytes: &[u8]) -> Vec<Heard> {
        let (mut input, mut all) = (Input::new(bytes), Vec::new());
        loop {
            let (heard, rest) = input.next().await;
            input = rest;
            if heard == Heard::End {
                return all;
            }
            all.push(heard);
        }
    }

    fn line(text: &str) -> Heard {
        Heard::Line(text.to_owned())
    }

    #[tokio::test]
    async fn lines_end_with_either_end_or_none() {
        assert_eq!(all(b"a\r\n\nb\tc\nd").await, [line("a"), line(""), line("b\tc"), line("d")]);
        assert_eq!(all(b"").await, []);
    }

    #[tokio::test]
    async fn what_is_no_line_is_told_and_the_next_is_read() {
        let text = b"\xff\nthen\na\x1b[2J\nlast\n";
        let (not_text, control) = (Heard::Bad(LineError::NotText), Heard::Bad(LineError::Control));
        assert_eq!(all(text).await, [not_text, line("then"), control, line("last")]);
    }

    #[tokio::test]
    async fn lines_are_not_endless() {
        let (longest, long) = ("a".repeat(MAX_LINE), "a".repeat(MAX_LINE + 1));
        let endless = "a".repeat(100_000);
        let text = format!("{longest}\r\n{long}\nthen\n{endless}\r\n{long}\r\nlast");
        let too_long = || Heard::Bad(LineError::TooLong);
        let expected = [line(&longest), too_long(), line("then"), too_long(), too_long(), line("last")];
        assert_eq!(all(text.as_bytes()).await, expected);
    }
}
