//! Lines with a meaning.

use std::fmt;

use crate::names::{NameError, Nick, RoomName};

pub(crate) const HELP: [&str; 12] = [
    "/nick NAME   be called so",
    "/join ROOM   go there; a room is there while somebody is in it",
    "/leave       go out",
    "/who         who is in this room",
    "/rooms       which rooms there are",
    "/topic       what this room is about",
    "/topic TEXT  have it be about that",
    "/servers     which servers and agents this program is made of now",
    "/crash       have the server of this connection panic, to see that nobody else is harmed",
    "/quit        end the connection",
    "/help        this",
    "Anything else is said to all in the room.",
];

/// What a client may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Nick(Nick),
    Join(RoomName),
    Leave,
    Who,
    Rooms,
    Topic,
    SetTopic(String),
    Servers,
    Crash,
    Quit,
    Help,
    Say(String),
    /// An empty line.
    Nothing,
}

/// Why a line is no command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CommandError {
    Unknown(String),
    /// It takes no argument.
    Unwanted(&'static str),
    Name(NameError),
}

impl Command {
    pub(crate) fn parse(line: &str) -> Result<Self, CommandError> {
        let line = line.trim();
        if !line.starts_with('/') {
            return Ok(if line.is_empty() { Self::Nothing } else { Self::Say(line.to_owned()) });
        }
        let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match (name, argument.trim_start()) {
            ("/nick", nick) => Ok(Self::Nick(nick.parse()?)),
            ("/join", room) => Ok(Self::Join(room.parse()?)),
            ("/topic", "") => Ok(Self::Topic),
            ("/topic", text) => Ok(Self::SetTopic(text.to_owned())),
            (name, argument) => Self::plain(name, argument),
        }
    }

    /// One that takes no argument.
    fn plain(name: &str, argument: &str) -> Result<Self, CommandError> {
        let plain = [
            ("/leave", Self::Leave),
            ("/who", Self::Who),
            ("/rooms", Self::Rooms),
            ("/servers", Self::Servers),
            ("/crash", Self::Crash),
            ("/quit", Self::Quit),
            ("/help", Self::Help),
        ];
        let found = plain.into_iter().find(|(known, _)| *known == name);
        let (known, command) = found.ok_or_else(|| CommandError::Unknown(name.to_owned()))?;
        if argument.is_empty() { Ok(command) } else { Err(CommandError::Unwanted(known)) }
    }
}

impl From<NameError> for CommandError {
    fn from(error: NameError) -> Self {
        Self::Name(error)
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(f, "there is no {name}; /help says what there is"),
            Self::Unwanted(name) => write!(f, "{name} stands alone"),
            Self::Name(error) => error.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read() {
        let cases = [
            ("/nick ann", Command::Nick("ann".parse().unwrap())),
            ("/join   lobby ", Command::Join("lobby".parse().unwrap())),
            ("/leave", Command::Leave),
            ("/who ", Command::Who),
            ("/topic", Command::Topic),
            ("/topic  the  weather ", Command::SetTopic("the  weather".to_owned())),
            ("/quit", Command::Quit),
            ("hello, /who", Command::Say("hello, /who".to_owned())),
            (" \t", Command::Nothing),
        ];
        for (line, expected) in cases {
            assert_eq!(Command::parse(line), Ok(expected), "{line:?}");
        }
    }

    #[test]
    fn what_is_no_command_is_an_error() {
        let unknown = |name: &str| CommandError::Unknown(name.to_owned());
        let cases = [
            ("/", unknown("/")),
            ("/nonsense a b", unknown("/nonsense")),
            ("/WHO", unknown("/WHO")),
            ("/nick", CommandError::Name(NameError)),
            ("/join two words", CommandError::Name(NameError)),
            ("/who there", CommandError::Unwanted("/who")),
        ];
        for (line, expected) in cases {
            assert_eq!(Command::parse(line), Err(expected), "{line:?}");
        }
    }

    #[test]
    fn help_names_every_command() {
        for line in HELP {
            let Some(name) = line.split(' ').next().filter(|word| word.starts_with('/')) else { continue };
            assert!(!matches!(Command::parse(name), Err(CommandError::Unknown(_))), "{name}");
        }
    }
}
