//! What rooms and people are called.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// In characters.
const MAX_LENGTH: usize = 20;

/// The name of a room.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RoomName(Arc<str>);

/// The name of somebody who is connected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Nick(Arc<str>);

/// The text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NameError;

impl Nick {
    /// What somebody is called who has not said another name.
    pub(crate) fn guest(number: usize) -> Self {
        Self(format!("guest-{number}").into())
    }
}

impl FromStr for RoomName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        checked(text).map(Self)
    }
}

impl FromStr for Nick {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        checked(text).map(Self)
    }
}

fn checked(text: &str) -> Result<Arc<str>, NameError> {
    let fits = (1..=MAX_LENGTH).contains(&text.chars().count());
    let plain = text.chars().all(|char| char.is_alphanumeric() || char == '-' || char == '_');
    if fits && plain { Ok(text.into()) } else { Err(NameError) }
}

impl fmt::Display for RoomName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for Nick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a name has 1 to {MAX_LENGTH} letters, digits, '-' and '_'")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_plain() {
        for text in ["a", "lobby", "Zoë", "room_1-b", "12345678901234567890"] {
            assert_eq!(text.parse::<RoomName>().unwrap().to_string(), text);
            assert_eq!(text.parse::<Nick>().unwrap().to_string(), text);
        }
        for text in ["", "two words", "a*", "a\tb", "123456789012345678901"] {
            assert_eq!(text.parse::<RoomName>(), Err(NameError), "{text:?}");
            assert_eq!(text.parse::<Nick>(), Err(NameError), "{text:?}");
        }
    }
}
