//! The patterns of `KEYS` and `CONFIG GET`: `*`, `?`, `[abc]`, `[a-c]`, `[^a]`, and `\` before any of them.

use bytes::Bytes;

/// A pattern.
#[derive(Clone, Debug)]
pub(crate) struct Glob(Bytes);

impl Glob {
    pub(crate) const fn new(pattern: Bytes) -> Self {
        Self(pattern)
    }

    /// Whether all of `text` matches.
    ///
    /// A `*` is tried with nothing first, then with one letter more each time. Only the last one met is ever tried
    /// again: what an earlier one could take besides, the later one can take as well. So a pattern of many stars costs
    /// no more than its length times that of the text.
    pub(crate) fn matches(&self, text: &[u8]) -> bool {
        let (mut pattern, mut rest) = (&self.0[..], text);
        let mut last_star = None;
        loop {
            if let [b'*', after @ ..] = pattern {
                pattern = after;
                last_star = Some((pattern, rest));
            } else if let Some((after, left)) = step(pattern, rest) {
                (pattern, rest) = (after, left);
            } else if pattern.is_empty() && rest.is_empty() {
                return true;
            } else if let Some((after, [_, left @ ..])) = last_star {
                (pattern, rest) = (after, left);
                last_star = Some((after, left));
            } else {
                return false;
            }
        }
    }
}

/// Matches the first letter of `text`, and returns what is left of both.
fn step<'a, 'b>(pattern: &'a [u8], text: &'b [u8]) -> Option<(&'a [u8], &'b [u8])> {
    let (&letter, left) = text.split_first()?;
    let after = match pattern {
        [b'?', after @ ..] => after,
        [b'[', class @ ..] => in_class(class, letter)?,
        [b'\\', literal, after @ ..] | [literal, after @ ..] => (*literal == letter).then_some(after)?,
        [] => return None,
    };
    Some((after, left))
}

/// If `letter` is in the class, returns what follows its `]`, or nothing where that is missing, as Redis does.
fn in_class(class: &[u8], letter: u8) -> Option<&[u8]> {
    let (negated, mut class) = match class {
        [b'^', class @ ..] => (true, class),
        class => (false, class),
    };
    let mut found = false;
    loop {
        (found, class) = match class {
            [b'\\', literal, after @ ..] => (found || *literal == letter, after),
            [b']', after @ ..] => return (found != negated).then_some(after),
            [] => return (found != negated).then_some(class),
            [low, b'-', high, after @ ..] => (found || between(*low, *high, letter), after),
            [literal, after @ ..] => (found || *literal == letter, after),
        };
    }
}

fn between(one: u8, other: u8, letter: u8) -> bool {
    (one.min(other)..=one.max(other)).contains(&letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &'static str, text: &str) -> bool {
        Glob::new(Bytes::from_static(pattern.as_bytes())).matches(text.as_bytes())
    }

    #[test]
    fn patterns_match() {
        let cases = [
            ("", ""),
            ("*", ""),
            ("*", "anything"),
            ("h?llo", "hello"),
            ("h*llo", "heeeello"),
            ("h*llo*", "hllo, hello"),
            ("h[ae]llo", "hallo"),
            ("h[^e]llo", "hallo"),
            ("h[a-c]llo", "hbllo"),
            ("h[c-a]llo", "hbllo"),
            (r"h\*llo", "h*llo"),
            (r"[\]]", "]"),
            ("[a", "a"),
            ("user:*:name", "user:1:2:name"),
        ];
        for (pattern, text) in cases {
            assert!(matches(pattern, text), "{pattern} should match {text}");
        }
    }

    #[test]
    fn other_texts_do_not() {
        let cases = [
            ("", "a"),
            ("?", ""),
            ("a", "ab"),
            ("h[^e]llo", "hello"),
            ("h[a-c]llo", "hdllo"),
            (r"h\*llo", "hello"),
            ("*a", "b"),
        ];
        for (pattern, text) in cases {
            assert!(!matches(pattern, text), "{pattern} should not match {text}");
        }
    }

    #[test]
    fn many_stars_are_not_slow() {
        let pattern = "*a".repeat(500) + "b";
        assert!(!Glob::new(pattern.into()).matches("a".repeat(5_000).as_bytes()));
    }
}
