//! RESP2 as clients speak it: bytes in, requests out.
//!
//! The parser is our own, because a server reads so little of RESP2 (arrays of strings, and lines typed by people) and
//! has to be strict about it. The decoders that are published are made for clients, which trust their server: they know no
//! limits, begin again with every piece that arrives, and follow nested arrays until the stack is full. Here each
//! length is checked when it is announced, and what has been read stays read.

use std::fmt;
use std::io;

use bytes::{Buf as _, Bytes, BytesMut};
use tokio_util::codec::Decoder;

use crate::inline;

/// The longest string that a client may send or build, in bytes.
pub(crate) const MAX_STRING: usize = 8 << 20;
/// The most bytes that the strings of one request may have together.
const MAX_REQUEST: usize = 16 << 20;
/// The most strings in one request.
const MAX_STRINGS: usize = 1 << 16;
/// The longest line that a person may type.
const MAX_LINE: usize = 64 << 10;
/// The longest line that announces a length: a sign, the digits of a `u64`, and the line's end.
const MAX_LENGTH_LINE: usize = 24;
/// The most requests in one batch, so that a buffer full of tiny ones does not become a huge vector.
const MAX_BATCH: usize = 1024;

/// One request: the command's name and its arguments, as the client sent them.
pub(crate) type Request = Vec<Bytes>;

/// All that one read from the socket completed.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// The requests, in order.
    pub(crate) requests: Vec<Request>,
    /// What was wrong with the bytes after them. Nothing that follows can be understood.
    pub(crate) error: Option<ProtocolError>,
}

/// Cuts a client's bytes into requests, as they arrive.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    /// The strings of the request under way that have arrived.
    strings: Request,
    /// How many more it has.
    missing: usize,
    /// The length of the next of them, once announced.
    length: Option<usize>,
    /// The length of all of them so far.
    size: usize,
    /// Whether the input was malformed: what follows is read and thrown away. To close a socket with input unread
    /// would reset the connection, and the client might not see why.
    malformed: bool,
}

impl Decoder for Requests {
    type Item = Batch;
    type Error = io::Error;

    fn decode(&mut self, input: &mut BytesMut) -> io::Result<Option<Batch>> {
        if self.malformed {
            input.clear();
            return Ok(None);
        }
        let mut batch = Batch::default();
        while batch.requests.len() < MAX_BATCH {
            match self.next(input) {
                Ok(Some(request)) => batch.requests.push(request),
                Ok(None) => break,
                Err(error) => {
                    self.malformed = true;
                    batch.error = Some(error);
                    break;
                }
            }
        }
        Ok((!batch.requests.is_empty() || batch.error.is_some()).then_some(batch))
    }

    /// A client that hangs up within a request has nobody left to tell.
    fn decode_eof(&mut self, input: &mut BytesMut) -> io::Result<Option<Batch>> {
        self.decode(input)
    }
}

impl Requests {
    /// The next request, if all of it is there.
    fn next(&mut self, input: &mut BytesMut) -> Result<Option<Request>, ProtocolError> {
        while self.missing == 0 {
            match input.first() {
                None => return Ok(None),
                // An empty array or line asks for nothing, and gets no answer.
                Some(b'*') => match self.array(input)? {
                    Some(strings) => self.missing = strings,
                    None => return Ok(None),
                },
                Some(_) => match line(input)? {
                    Some(line) if line.is_empty() => {}
                    line => return Ok(line),
                },
            }
        }
        self.strings(input)
    }

    /// How many strings the array that begins here has.
    fn array(&mut self, input: &mut BytesMut) -> Result<Option<usize>, ProtocolError> {
        self.size = 0;
        length(input, MAX_STRINGS).map_err(|BadLength| ProtocolError::ArrayLength)
    }

    /// The strings of an array; `None` while some are missing.
    fn strings(&mut self, input: &mut BytesMut) -> Result<Option<Request>, ProtocolError> {
        while self.missing > 0 {
            let Some(string) = self.string(input)? else { return Ok(None) };
            self.strings.push(string);
            self.missing -= 1;
        }
        Ok(Some(std::mem::take(&mut self.strings)))
    }

    fn string(&mut self, input: &mut BytesMut) -> Result<Option<Bytes>, ProtocolError> {
        let Some(length) = self.string_length(input)? else { return Ok(None) };
        if input.len() < length + 2 {
            return Ok(None);
        }
        self.length = None;
        let string = input.split_to(length).freeze();
        if !input.starts_with(b"\r\n") {
            return Err(ProtocolError::StringEnd);
        }
        input.advance(2);
        Ok(Some(string))
    }

    fn string_length(&mut self, input: &mut BytesMut) -> Result<Option<usize>, ProtocolError> {
        if self.length.is_some() {
            return Ok(self.length);
        }
        match input.first() {
            None => return Ok(None),
            Some(b'$') => {}
            Some(&other) => return Err(ProtocolError::NoString(other)),
        }
        self.length = length(input, MAX_STRING).map_err(|BadLength| ProtocolError::StringLength)?;
        self.size += self.length.unwrap_or_default();
        if self.size > MAX_REQUEST {
            return Err(ProtocolError::RequestSize);
        }
        Ok(self.length)
    }
}

/// A length that is no number, negative, or over its limit.
struct BadLength;

/// Takes a line such as `*3` or `$12`, and returns its number.
fn length(input: &mut BytesMut, max: usize) -> Result<Option<usize>, BadLength> {
    let start = &input[..input.len().min(MAX_LENGTH_LINE)];
    let Some(end) = start.iter().position(|&byte| byte == b'\n') else {
        return if start.len() == MAX_LENGTH_LINE { Err(BadLength) } else { Ok(None) };
    };
    let digits = start[1..end].strip_suffix(b"\r").ok_or(BadLength)?;
    let length = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
    let length = length.filter(|&length| length <= max).ok_or(BadLength)?;
    input.advance(end + 1);
    Ok(Some(length))
}

/// Takes a line as a person types it in `nc`, and returns its words.
fn line(input: &mut BytesMut) -> Result<Option<Request>, ProtocolError> {
    let start = &input[..input.len().min(MAX_LINE)];
    let Some(end) = start.iter().position(|&byte| byte == b'\n') else {
        return if start.len() == MAX_LINE { Err(ProtocolError::LineLength) } else { Ok(None) };
    };
    let words = inline::words(&start[..end]).ok_or(ProtocolError::Quotes)?;
    input.advance(end + 1);
    Ok(Some(words))
}

/// Bytes that are no RESP2, or too many of them; in the words that Redis has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProtocolError {
    ArrayLength,
    StringLength,
    NoString(u8),
    StringEnd,
    RequestSize,
    LineLength,
    Quotes,
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Protocol error: ")?;
        match self {
            Self::ArrayLength => f.write_str("invalid multibulk length"),
            Self::StringLength => f.write_str("invalid bulk length"),
            Self::NoString(byte) => write!(f, "expected '$', got '{}'", byte.escape_ascii()),
            Self::StringEnd => f.write_str("expected the end of a line after a bulk string"),
            Self::RequestSize => f.write_str("too big request"),
            Self::LineLength => f.write_str("too big inline request"),
            Self::Quotes => f.write_str("unbalanced quotes in request"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decodes `input` in pieces of `size` bytes.
    fn decode(input: &[u8], size: usize) -> (Vec<Request>, Option<ProtocolError>) {
        let (mut decoder, mut buffer, mut all) = (Requests::default(), BytesMut::new(), Batch::default());
        for piece in input.chunks(size) {
            buffer.extend_from_slice(piece);
            while let Some(batch) = decoder.decode(&mut buffer).unwrap() {
                all.requests.extend(batch.requests);
                all.error = all.error.or(batch.error);
            }
        }
        (all.requests, all.error)
    }

    fn error(input: &[u8]) -> Option<ProtocolError> {
        decode(input, input.len()).1
    }

    #[test]
    fn requests_are_the_same_however_they_are_cut() {
        let input = b"*2\r\n$3\r\nGET\r\n$1\r\na\r\nPING\r\n\r\n*0\r\n*1\r\n$0\r\n\r\nSET a \"b c\"\n";
        for size in 1..=input.len() {
            let (requests, error) = decode(input, size);
            let words: [&[&str]; 4] = [&["GET", "a"], &["PING"], &[""], &["SET", "a", "b c"]];
            assert_eq!(requests, words, "in pieces of {size}");
            assert_eq!(error, None);
        }
    }

    #[test]
    fn malformed_input_is_refused_as_soon_as_it_shows() {
        let cases: [(&[u8], ProtocolError); 9] = [
            (b"*-5\r\n", ProtocolError::ArrayLength),
            (b"*x\r\n", ProtocolError::ArrayLength),
            (b"*65537\r\n", ProtocolError::ArrayLength),
            (b"*000000000000000000000000", ProtocolError::ArrayLength),
            (b"*1\r\n$abc\r\n", ProtocolError::StringLength),
            (b"*1\r\n$1000000000\r\n", ProtocolError::StringLength),
            (b"*1\r\n*1\r\n", ProtocolError::NoString(b'*')),
            (b"*1\r\n$1\r\nabc", ProtocolError::StringEnd),
            (b"GET \"a\r\n", ProtocolError::Quotes),
        ];
        for (input, expected) in cases {
            assert_eq!(error(input), Some(expected), "{}", input.escape_ascii());
        }
    }

    #[test]
    fn a_line_without_an_end_is_refused() {
        assert_eq!(error(&vec![b'a'; MAX_LINE - 1]), None);
        assert_eq!(error(&vec![b'a'; MAX_LINE]), Some(ProtocolError::LineLength));
    }

    #[test]
    fn a_request_of_many_long_strings_is_refused() {
        let mut input = BytesMut::from("*20\r\n");
        for _ in 0..3 {
            input.extend_from_slice(format!("${MAX_STRING}\r\n").as_bytes());
            input.extend_from_slice(&vec![b'x'; MAX_STRING]);
            input.extend_from_slice(b"\r\n");
        }
        let batch = Requests::default().decode(&mut input).unwrap().unwrap();
        assert_eq!(batch.error, Some(ProtocolError::RequestSize));
    }

    #[test]
    fn what_came_before_an_error_is_kept_and_what_follows_is_thrown_away() {
        let (mut decoder, mut input) = (Requests::default(), BytesMut::from("PING\r\n*x\r\nPING\r\n"));
        let batch = decoder.decode(&mut input).unwrap().unwrap();
        assert_eq!(batch.requests, [["PING"]]);
        assert_eq!(batch.error, Some(ProtocolError::ArrayLength));
        assert!(decoder.decode(&mut input).unwrap().is_none());
        assert!(input.is_empty());
    }

    #[test]
    fn a_batch_is_bounded() {
        let (mut decoder, mut input) =
            (Requests::default(), BytesMut::from("a\n".repeat(MAX_BATCH + 1).as_str()));
        assert_eq!(decoder.decode(&mut input).unwrap().unwrap().requests.len(), MAX_BATCH);
        assert_eq!(decoder.decode(&mut input).unwrap().unwrap().requests.len(), 1);
    }
}
