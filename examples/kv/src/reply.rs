//! What is sent back, and how it is written in RESP2.

use std::fmt::Display;

use bytes::Bytes;
use callcast::CallError;

/// A reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    Status(&'static str),
    /// Without the `ERR` that goes before it.
    Error(String),
    Integer(i64),
    Bulk(Bytes),
    Nil,
    Array(Vec<Self>),
}

impl Reply {
    pub(crate) const OK: Self = Self::Status("OK");

    pub(crate) fn error(error: impl Display) -> Self {
        Self::Error(error.to_string())
    }

    pub(crate) const fn text(text: &'static str) -> Self {
        Self::Bulk(Bytes::from_static(text.as_bytes()))
    }

    /// Appends the reply to `output`.
    pub(crate) fn write(&self, output: &mut Vec<u8>) {
        match self {
            Self::Status(text) => write_line(output, "+", text.as_bytes()),
            Self::Error(text) => write_line(output, "-ERR ", one_line(text).as_bytes()),
            Self::Integer(number) => write_number(output, ":", *number),
            Self::Bulk(bytes) => {
                write_number(output, "$", bytes.len());
                write_line(output, "", bytes);
            }
            Self::Nil => write_number(output, "$", -1),
            Self::Array(items) => {
                Self::write_array_start(output, items.len());
                for item in items {
                    item.write(output);
                }
            }
        }
    }

    /// Appends what stands before the items of an array.
    pub(crate) fn write_array_start(output: &mut Vec<u8>, items: usize) {
        write_number(output, "*", items);
    }
}

fn write_line(output: &mut Vec<u8>, start: &str, rest: &[u8]) {
    output.extend_from_slice(start.as_bytes());
    output.extend_from_slice(rest);
    output.extend_from_slice(b"\r\n");
}

fn write_number(output: &mut Vec<u8>, start: &str, number: impl itoa::Integer) {
    write_line(output, start, itoa::Buffer::new().format(number).as_bytes());
}

/// An error may quote what the client sent, and a line's end in that would end the error.
fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}

impl From<()> for Reply {
    fn from((): ()) -> Self {
        Self::OK
    }
}

impl From<bool> for Reply {
    fn from(value: bool) -> Self {
        Self::Integer(value.into())
    }
}

impl From<i64> for Reply {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<usize> for Reply {
    fn from(value: usize) -> Self {
        // No collection has more items than an `i64` can count.
        Self::Integer(value.try_into().unwrap_or(i64::MAX))
    }
}

impl From<Option<Bytes>> for Reply {
    fn from(value: Option<Bytes>) -> Self {
        value.map_or(Self::Nil, Self::Bulk)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Reply {
    fn from(values: Vec<T>) -> Self {
        Self::Array(values.into_iter().map(Into::into).collect())
    }
}

impl<const N: usize> From<[Self; N]> for Reply {
    fn from(items: [Self; N]) -> Self {
        Self::Array(items.into())
    }
}

impl From<Bytes> for Reply {
    fn from(value: Bytes) -> Self {
        Self::Bulk(value)
    }
}

/// A handler's error and a server that could not answer look the same from outside: the command has failed.
impl<T: Into<Self>, E: Display> From<Result<T, CallError<E>>> for Reply {
    fn from(result: Result<T, CallError<E>>) -> Self {
        result.map_or_else(Self::error, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_written_as_resp2_wants_them() {
        let array = Reply::Array(vec![Reply::Integer(-3), Reply::Nil, Reply::Array(Vec::new())]);
        let cases = [
            (Reply::OK, "+OK\r\n"),
            (Reply::error("no\r\n+OK"), "-ERR no  +OK\r\n"),
            (7_usize.into(), ":7\r\n"),
            (true.into(), ":1\r\n"),
            (Reply::text("a\r\nb"), "$4\r\na\r\nb\r\n"),
            (Reply::text(""), "$0\r\n\r\n"),
            (array, "*3\r\n:-3\r\n$-1\r\n*0\r\n"),
        ];
        for (reply, expected) in cases {
            let mut output = Vec::new();
            reply.write(&mut output);
            assert_eq!(String::from_utf8(output).unwrap(), expected, "{reply:?}");
        }
    }
}
