//! A line of the log: `put KEY VALUE` or `remove KEY`.
//!
//! Whatever is not a visible ASCII character is written as `%` and two digits. So a key may contain spaces and new lines, a
//! value may be any bytes, and what ends with a new line is all there.

/// What a line says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    Put(String, Vec<u8>),
    Remove(String),
}

/// The line that gives a key a value.
pub(super) fn put(key: &str, value: &[u8]) -> Vec<u8> {
    let mut line = b"put ".to_vec();
    escape(key.as_bytes(), &mut line);
    line.push(b' ');
    escape(value, &mut line);
    line.push(b'\n');
    line
}

/// The line that removes a key.
pub(super) fn remove(key: &str) -> Vec<u8> {
    let mut line = b"remove ".to_vec();
    escape(key.as_bytes(), &mut line);
    line.push(b'\n');
    line
}

/// Reads a line, without its end; none where it means nothing.
pub(super) fn parse(line: &[u8]) -> Option<Line> {
    let mut words = line.split(|byte| *byte == b' ');
    let (task, key) = (words.next()?, String::from_utf8(unescape(words.next()?)?).ok()?);
    let line = match task {
        b"put" => Line::Put(key, unescape(words.next()?)?),
        b"remove" => Line::Remove(key),
        _ => return None,
    };
    words.next().is_none().then_some(line)
}

fn escape(bytes: &[u8], line: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for &byte in bytes {
        if byte.is_ascii_graphic() && byte != b'%' {
            line.push(byte);
        } else {
            line.extend([b'%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
    }
}

fn unescape(word: &[u8]) -> Option<Vec<u8>> {
    let (mut bytes, mut rest) = (Vec::with_capacity(word.len()), word);
    while let Some((&first, behind)) = rest.split_first() {
        rest = behind;
        if first == b'%' {
            let (digits, behind) = behind.split_first_chunk::<2>()?;
            bytes.push(digit(digits[0])? << 4 | digit(digits[1])?);
            rest = behind;
        } else {
            bytes.push(first);
        }
    }
    Some(bytes)
}

fn digit(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_readable() {
        assert_eq!(put("a b", "1 %\n".as_bytes()), b"put a%20b 1%20%25%0a\n");
        assert_eq!(remove("é"), b"remove %c3%a9\n");
    }

    #[test]
    fn whatever_is_written_is_read_again() {
        let all_bytes: Vec<u8> = (0..=255).collect();
        for key in ["", "a", "a b", "two\nlines", "%", "%41", "žluť", "put a b"] {
            for value in [&b""[..], b"1", b"\n", &all_bytes] {
                let line = put(key, value);
                assert_eq!(line.iter().position(|byte| *byte == b'\n'), Some(line.len() - 1), "{key:?}");
                assert_eq!(parse(&line[..line.len() - 1]), Some(Line::Put(key.into(), value.into())));
            }
            let line = remove(key);
            assert_eq!(parse(&line[..line.len() - 1]), Some(Line::Remove(key.into())));
        }
    }

    #[test]
    fn what_no_store_writes_means_nothing() {
        for line in [
            "",
            "put",
            "put a",
            "put a b c",
            "remove",
            "remove a b",
            "get a",
            "put %4 b",
            "put %zz b",
            "put %ff b",
        ] {
            assert_eq!(parse(line.as_bytes()), None, "{line:?}");
        }
    }
}
