//! RESP2 as a client needs it: commands out, replies in.
//!
//! The server is trusted to speak it, but not to be small: a value that is too long is skipped, and the connection goes on.

use std::io;

use bytes::{Buf as _, Bytes, BytesMut};
use tokio_util::codec::Decoder;

/// The longest value that is taken, from either side, in bytes.
pub(crate) const MAX_VALUE: usize = 256 << 10;
/// The longest line: a status, an error, a number.
const MAX_LINE: usize = 4 << 10;
/// The most items of an array.
const MAX_ITEMS: usize = 4 << 10;

/// What a database answers to one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    Status(String),
    Error(String),
    Integer(i64),
    Bulk(Bytes),
    /// A value of so many bytes, which has been skipped.
    TooLong(usize),
    Nil,
    Array(Vec<Self>),
}

/// A command with its arguments, as it is sent.
pub(crate) fn command(words: &[&[u8]]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        bytes.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
        bytes.extend_from_slice(word);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

/// Cuts a database's bytes into replies, as they arrive.
#[derive(Debug, Default)]
pub(crate) struct Replies {
    /// The array under way: what has arrived of it, and how many items it has.
    array: Option<(Vec<Reply>, usize)>,
    /// The string under way.
    string: Option<Text>,
}

/// A string whose length has been announced.
#[derive(Clone, Copy, Debug)]
struct Text {
    length: usize,
    /// How many of its bytes are still to be thrown away, where it is too long; with the line's end.
    to_skip: Option<usize>,
}

/// What stands at the beginning of the input.
enum Item {
    Whole(Reply),
    /// An array of so many items.
    Array(usize),
}

impl Decoder for Replies {
    type Item = Reply;
    type Error = io::Error;

    fn decode(&mut self, input: &mut BytesMut) -> io::Result<Option<Reply>> {
        while let Some(item) = self.item(input)? {
            match (item, &mut self.array) {
                (Item::Whole(reply), None) => return Ok(Some(reply)),
                (Item::Whole(reply), Some((items, _))) => items.push(reply),
                (Item::Array(length), array @ None) => *array = Some((Vec::new(), length)),
                (Item::Array(_), Some(_)) => return Err(malformed("an array in an array")),
            }
            if let Some((items, _)) = self.array.take_if(|(items, length)| items.len() == *length) {
                return Ok(Some(Reply::Array(items)));
            }
        }
        Ok(None)
    }
}

impl Replies {
    fn item(&mut self, input: &mut BytesMut) -> io::Result<Option<Item>> {
        if self.string.is_none() {
            let Some(line) = line(input)? else { return Ok(None) };
            let (kind, rest) = line.split_at_checked(1).ok_or_else(|| malformed("an empty line"))?;
            let whole = match kind {
                "+" => Reply::Status(rest.to_owned()),
                "-" => Reply::Error(rest.to_owned()),
                ":" => Reply::Integer(rest.parse().map_err(|_| malformed("a number that is none"))?),
                "$" if rest == "-1" => Reply::Nil,
                "*" => return length(rest).map(|items| Some(Item::Array(items))),
                "$" => {
                    self.string = Some(Text::announced(rest)?);
                    return self.rest(input);
                }
                _ => return Err(malformed("something else than a reply")),
            };
            return Ok(Some(Item::Whole(whole)));
        }
        self.rest(input)
    }

    /// The string under way, if all of it is there.
    fn rest(&mut self, input: &mut BytesMut) -> io::Result<Option<Item>> {
        let Some(string) = &mut self.string else { return Ok(None) };
        let length = string.length;
        let reply = match &mut string.to_skip {
            Some(to_skip) => {
                let skipped = input.len().min(*to_skip);
                input.advance(skipped);
                *to_skip -= skipped;
                if *to_skip > 0 {
                    return Ok(None);
                }
                Reply::TooLong(length)
            }
            None if input.len() < length + 2 => return Ok(None),
            None => {
                let bytes = input.split_to(length).freeze();
                if !input.starts_with(b"\r\n") {
                    return Err(malformed("a string without an end"));
                }
                input.advance(2);
                Reply::Bulk(bytes)
            }
        };
        self.string = None;
        Ok(Some(Item::Whole(reply)))
    }
}

impl Text {
    fn announced(length: &str) -> io::Result<Self> {
        // As long as Redis lets a string be, so that the sum below is a number.
        let length = length.parse().ok().filter(|&length: &usize| length <= 512 << 20);
        let length = length.ok_or_else(|| malformed("a string without a length"))?;
        Ok(Self { length, to_skip: (length > MAX_VALUE).then_some(length + 2) })
    }
}

fn length(items: &str) -> io::Result<usize> {
    let items = items.parse().ok().filter(|&items| items <= MAX_ITEMS);
    items.ok_or_else(|| malformed("an array without a length"))
}

/// Takes a line, if all of it is there.
fn line(input: &mut BytesMut) -> io::Result<Option<String>> {
    let start = &input[..input.len().min(MAX_LINE)];
    let Some(end) = start.windows(2).position(|pair| pair == b"\r\n") else {
        return if start.len() == MAX_LINE { Err(malformed("a line without an end")) } else { Ok(None) };
    };
    let line = String::from_utf8_lossy(&start[..end]).into_owned();
    input.advance(end + 2);
    Ok(Some(line))
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("it sends {what}: does it speak RESP?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decodes `input` in pieces of `size` bytes.
    fn decode(input: &[u8], size: usize) -> io::Result<Vec<Reply>> {
        let (mut decoder, mut buffer, mut replies) = (Replies::default(), BytesMut::new(), Vec::new());
        for piece in input.chunks(size) {
            buffer.extend_from_slice(piece);
            while let Some(reply) = decoder.decode(&mut buffer)? {
                replies.push(reply);
            }
        }
        Ok(replies)
    }

    fn bulk(text: &'static str) -> Reply {
        Reply::Bulk(Bytes::from_static(text.as_bytes()))
    }

    #[test]
    fn a_command_is_an_array_of_strings() {
        assert_eq!(command(&[b"SET", b"a", b"\r\n"]), b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$2\r\n\r\n\r\n");
    }

    #[test]
    fn replies_are_the_same_however_they_are_cut() {
        let input =
            b"+OK\r\n-ERR no\r\n:-7\r\n$-1\r\n$0\r\n\r\n*0\r\n*2\r\n$3\r\na\r\n\r\n$-1\r\n$1\r\nb\r\n";
        let replies = [
            Reply::Status("OK".to_owned()),
            Reply::Error("ERR no".to_owned()),
            Reply::Integer(-7),
            Reply::Nil,
            bulk(""),
            Reply::Array(Vec::new()),
            Reply::Array(vec![bulk("a\r\n"), Reply::Nil]),
            bulk("b"),
        ];
        for size in 1..=input.len() {
            assert_eq!(decode(input, size).unwrap(), replies, "in pieces of {size}");
        }
    }

    #[test]
    fn a_value_that_is_too_long_is_skipped() {
        for (length, is_taken) in [(MAX_VALUE, true), (MAX_VALUE + 1, false)] {
            let mut input = format!("*2\r\n${length}\r\n").into_bytes();
            input.extend(std::iter::repeat_n(b'x', length));
            input.extend_from_slice(b"\r\n:1\r\n+OK\r\n");
            let replies = decode(&input, 1000).unwrap();
            let Reply::Array(items) = &replies[0] else { panic!("{replies:?}") };
            assert_eq!(items[0] == Reply::TooLong(length), !is_taken, "{length}");
            assert_eq!(items[1], Reply::Integer(1));
            assert_eq!(replies[1], Reply::Status("OK".to_owned()));
        }
    }

    #[test]
    fn what_is_no_resp_is_an_error() {
        let long = "x".repeat(MAX_LINE);
        let inputs = [
            "HTTP/1.1 400 Bad Request\r\n",
            "\r\n",
            ":x\r\n",
            "$-2\r\n",
            "$99999999999\r\n",
            "*-1\r\n",
            "*5000\r\n",
            "*1\r\n*1\r\n",
            "$1\r\nabc\r\n",
            &long,
        ];
        for input in inputs {
            assert!(decode(input.as_bytes(), 7).is_err(), "{}", input.escape_debug());
        }
    }
}
