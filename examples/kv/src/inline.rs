//! Inline commands: a request as a person types it into `nc`, words between blanks, with quotes as in a shell.

use std::iter::Peekable;
use std::slice::Iter;

use bytes::Bytes;

type Letters<'a> = Peekable<Iter<'a, u8>>;

/// The words of `line`; `None` where a quote is not closed, or is closed within a word.
pub(crate) fn words(line: &[u8]) -> Option<Vec<Bytes>> {
    let mut letters = line.iter().peekable();
    let mut words = Vec::new();
    loop {
        while letters.next_if(|letter| letter.is_ascii_whitespace()).is_some() {}
        if letters.peek().is_none() {
            return Some(words);
        }
        words.push(word(&mut letters)?.into());
    }
}

fn word(letters: &mut Letters<'_>) -> Option<Vec<u8>> {
    let mut word = Vec::new();
    while let Some(&letter) = letters.next_if(|letter| !letter.is_ascii_whitespace()) {
        if letter == b'"' || letter == b'\'' {
            quoted(letter, letters, &mut word)?;
            // `"a"b` is more likely a slip than one word.
            return letters.peek().is_none_or(|next| next.is_ascii_whitespace()).then_some(word);
        }
        word.push(letter);
    }
    Some(word)
}

/// Reads up to the closing quote. Escapes other than that of the quote itself are for double quotes alone.
fn quoted(quote: u8, letters: &mut Letters<'_>, word: &mut Vec<u8>) -> Option<()> {
    loop {
        let letter = match *letters.next()? {
            b'\\' if quote == b'"' => escaped(letters)?,
            b'\\' if letters.next_if_eq(&&b'\'').is_some() => b'\'',
            letter if letter == quote => return Some(()),
            letter => letter,
        };
        word.push(letter);
    }
}

fn escaped(letters: &mut Letters<'_>) -> Option<u8> {
    Some(match *letters.next()? {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'a' => 7,
        b'x' => hexadecimal(letters).unwrap_or(b'x'),
        other => other,
    })
}

/// The two digits of `\x41`; where they are not there, nothing is taken.
fn hexadecimal(letters: &mut Letters<'_>) -> Option<u8> {
    let digit = |letter: Option<&u8>| char::from(*letter?).to_digit(16);
    let mut ahead = letters.clone();
    let value = digit(ahead.next())? * 16 + digit(ahead.next())?;
    *letters = ahead;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_split_as_redis_does() {
        let cases: [(&str, &[&[u8]]); 8] = [
            ("", &[]),
            ("  PING \r", &[b"PING"]),
            ("SET a 1", &[b"SET", b"a", b"1"]),
            (r#"SET a "b \"c\" \n\x41\xzz""#, &[b"SET", b"a", b"b \"c\" \nAxzz"]),
            (r"SET a 'b \' \n'", &[b"SET", b"a", br"b ' \n"]),
            (r#"SET a """#, &[b"SET", b"a", b""]),
            (r"SET a\b c", &[b"SET", br"a\b", b"c"]),
            (r#"SET pre"fix""#, &[b"SET", b"prefix"]),
        ];
        for (line, expected) in cases {
            assert_eq!(words(line.as_bytes()).unwrap(), expected, "{line}");
        }
    }

    #[test]
    fn quotes_must_be_closed_at_the_end_of_a_word() {
        for line in [r#"GET "a"#, "GET 'a", r#"GET "a"b"#, r#"GET "a\"#] {
            assert_eq!(words(line.as_bytes()), None, "{line}");
        }
    }
}
