//! From requests, which are strings, to commands, which are types.
//!
//! There is no table of how many arguments each command takes: what takes an argument that is not there, or leaves one
//! that is, fails with the wrong arity.

use std::time::Duration;

use bytes::Bytes;

use crate::command::{Command, CommandError, Presence, Query, SetOptions};
use crate::glob::Glob;
use crate::number::integer;
use crate::protocol::Request;

impl Command {
    pub(crate) fn parse(request: Request) -> Result<Self, CommandError> {
        let mut words = Words::new(request);
        let command = match words.upper_case().as_ref() {
            b"PING" => Self::Ping(words.optional()),
            b"QUIT" => Self::Quit,
            b"SUBSCRIBE" => Self::Subscribe(words.one_or_more()?),
            b"UNSUBSCRIBE" => Self::Unsubscribe(words.rest()),
            name => Self::Query(query(name, &mut words)?),
        };
        words.finish()?;
        Ok(command)
    }
}

fn query(name: &[u8], words: &mut Words) -> Result<Query, CommandError> {
    Ok(match name {
        b"GET" => Query::Get(words.required()?),
        b"SET" => {
            Query::Set { key: words.required()?, value: words.required()?, options: set_options(words)? }
        }
        b"INCR" => Query::IncrBy { key: words.required()?, by: 1 },
        b"INCRBY" => Query::IncrBy { key: words.required()?, by: words.integer()? },
        b"APPEND" => Query::Append { key: words.required()?, tail: words.required()? },
        b"DEL" => Query::Del(words.one_or_more()?),
        b"EXISTS" => Query::Exists(words.one_or_more()?),
        b"MGET" => Query::MGet(words.one_or_more()?),
        b"MSET" => Query::MSet(words.pairs()?),
        b"EXPIRE" => Query::Expire { key: words.required()?, ttl: words.ttl_or_past()? },
        b"TTL" => Query::Ttl(words.required()?),
        b"KEYS" => Query::Keys(Glob::new(words.required()?)),
        b"PUBLISH" => Query::Publish { channel: words.required()?, payload: words.required()? },
        _ => return about_the_server(name, words),
    })
}

fn about_the_server(name: &[u8], words: &mut Words) -> Result<Query, CommandError> {
    Ok(match name {
        b"ECHO" => Query::Echo(words.required()?),
        b"DBSIZE" => Query::DbSize,
        b"FLUSHALL" => flush_all(words)?,
        b"SELECT" => select(words)?,
        b"CONFIG" => config(words)?,
        b"DEBUG" => debug(words)?,
        // Whatever it asks for, there is nothing to tell: `redis-cli` sends `COMMAND DOCS` when it starts.
        b"COMMAND" => words.ignore_rest(Query::Command),
        b"INFO" => words.ignore_rest(Query::Info),
        _ => return Err(words.unknown()),
    })
}

/// `EX seconds` or `PX milliseconds`, and `NX` or `XX`, in any order.
fn set_options(words: &mut Words) -> Result<SetOptions, CommandError> {
    let mut options = SetOptions::default();
    while let Some(option) = words.optional() {
        let taken = match option.to_ascii_uppercase().as_slice() {
            b"EX" => options.ttl.replace(words.ttl(Duration::from_secs)?).is_some(),
            b"PX" => options.ttl.replace(words.ttl(Duration::from_millis)?).is_some(),
            b"NX" => options.only_if.replace(Presence::Absent).is_some(),
            b"XX" => options.only_if.replace(Presence::Present).is_some(),
            _ => true,
        };
        if taken {
            return Err(CommandError::Syntax);
        }
    }
    Ok(options)
}

fn flush_all(words: &mut Words) -> Result<Query, CommandError> {
    match words.optional() {
        Some(mode) if !mode.eq_ignore_ascii_case(b"SYNC") && !mode.eq_ignore_ascii_case(b"ASYNC") => {
            Err(CommandError::Syntax)
        }
        _ => Ok(Query::FlushAll),
    }
}

/// There is one database, and clients that select it by habit need not know.
fn select(words: &mut Words) -> Result<Query, CommandError> {
    match words.integer()? {
        0 => Ok(Query::Select),
        _ => Err(CommandError::DbIndex),
    }
}

fn config(words: &mut Words) -> Result<Query, CommandError> {
    let subcommand = words.required()?;
    if subcommand.eq_ignore_ascii_case(b"GET") {
        return Ok(Query::ConfigGet(words.one_or_more()?.into_iter().map(Glob::new).collect()));
    }
    Err(CommandError::UnknownSubcommand { name: text(&subcommand), of: "CONFIG" })
}

/// `DEBUG PANIC key`: of Redis's own it ends the whole server, here the one shard that has the key.
fn debug(words: &mut Words) -> Result<Query, CommandError> {
    let subcommand = words.required()?;
    if subcommand.eq_ignore_ascii_case(b"PANIC") {
        return Ok(Query::DebugPanic(words.required()?));
    }
    Err(CommandError::UnknownSubcommand { name: text(&subcommand), of: "DEBUG" })
}

/// A request that is being taken apart.
struct Words {
    name: Bytes,
    rest: std::vec::IntoIter<Bytes>,
}

impl Words {
    fn new(request: Request) -> Self {
        let mut rest = request.into_iter();
        Self { name: rest.next().unwrap_or_default(), rest }
    }

    fn upper_case(&self) -> UpperCase {
        let mut letters = [0; LONGEST_NAME];
        let length = self.name.len().min(LONGEST_NAME);
        letters[..length].copy_from_slice(&self.name[..length]);
        letters.make_ascii_uppercase();
        UpperCase { letters, length }
    }

    fn optional(&mut self) -> Option<Bytes> {
        self.rest.next()
    }

    fn required(&mut self) -> Result<Bytes, CommandError> {
        self.rest.next().ok_or_else(|| self.arity())
    }

    fn rest(&mut self) -> Vec<Bytes> {
        self.rest.by_ref().collect()
    }

    fn one_or_more(&mut self) -> Result<Vec<Bytes>, CommandError> {
        let first = self.required()?;
        Ok(std::iter::once(first).chain(&mut self.rest).collect())
    }

    fn pairs(&mut self) -> Result<Vec<(Bytes, Bytes)>, CommandError> {
        let mut pairs = vec![(self.required()?, self.required()?)];
        while let Some(key) = self.optional() {
            pairs.push((key, self.required()?));
        }
        Ok(pairs)
    }

    fn integer(&mut self) -> Result<i64, CommandError> {
        integer(&self.required()?).ok_or(CommandError::NotAnInteger)
    }

    /// A time to live, which must be positive and no longer than an `i64` of milliseconds can say.
    fn ttl(&mut self, unit: fn(u64) -> Duration) -> Result<Duration, CommandError> {
        // An option without its value is an error of syntax, not of arity.
        let number =
            integer(&self.optional().ok_or(CommandError::Syntax)?).ok_or(CommandError::NotAnInteger)?;
        let ttl = u64::try_from(number).ok().filter(|&number| number > 0).map(unit);
        ttl.filter(|ttl| i64::try_from(ttl.as_millis()).is_ok()).ok_or_else(|| self.expire_time())
    }

    /// Seconds to live, as in `EXPIRE`: what should have ended in the past ends now.
    fn ttl_or_past(&mut self) -> Result<Duration, CommandError> {
        let seconds = self.integer()?;
        let milliseconds = seconds.checked_mul(1_000).ok_or_else(|| self.expire_time())?;
        Ok(Duration::from_millis(milliseconds.try_into().unwrap_or(0)))
    }

    fn ignore_rest(&mut self, query: Query) -> Query {
        self.rest = Vec::new().into_iter();
        query
    }

    fn finish(self) -> Result<(), CommandError> {
        if self.rest.len() == 0 { Ok(()) } else { Err(self.arity()) }
    }

    fn lower_case(&self) -> String {
        text(&self.name).to_lowercase()
    }

    fn arity(&self) -> CommandError {
        CommandError::Arity(self.lower_case())
    }

    fn expire_time(&self) -> CommandError {
        CommandError::ExpireTime(self.lower_case())
    }

    fn unknown(&self) -> CommandError {
        let arguments = self.rest.as_slice().iter().take(8).map(|word| format!("'{}' ", text(word)));
        let arguments = arguments.collect::<Vec<_>>().concat();
        CommandError::Unknown { name: text(&self.name), arguments }
    }
}

/// One letter more than the longest name that there is, so that cutting off a longer one cannot make it known.
const LONGEST_NAME: usize = "UNSUBSCRIBE".len() + 1;

/// A command's name without regard to case, and without an allocation for every request.
struct UpperCase {
    letters: [u8; LONGEST_NAME],
    length: usize,
}

impl AsRef<[u8]> for UpperCase {
    fn as_ref(&self) -> &[u8] {
        &self.letters[..self.length]
    }
}

/// What a client sent, for an error that goes back to it: readable, and no longer than a line.
fn text(word: &[u8]) -> String {
    String::from_utf8_lossy(&word[..word.len().min(128)]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command, String> {
        let request = line.split(' ').map(|word| Bytes::copy_from_slice(word.as_bytes())).collect();
        Command::parse(request).map_err(|error| error.to_string())
    }

    fn set(line: &str) -> Result<SetOptions, String> {
        match parse(line)? {
            Command::Query(Query::Set { options, .. }) => Ok(options),
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn names_are_known_in_any_case() {
        assert!(matches!(parse("get a"), Ok(Command::Query(Query::Get(key))) if key == "a"));
        assert!(matches!(parse("UnSubscribe"), Ok(Command::Unsubscribe(channels)) if channels.is_empty()));
        assert!(parse("UNSUBSCRIBEX").is_err());
    }

    #[test]
    fn options_of_set() {
        let seconds = |ttl| Some(Duration::from_secs(ttl));
        assert_eq!(set("SET a 1"), Ok(SetOptions::default()));
        assert_eq!(set("SET a 1 EX 7"), Ok(SetOptions { ttl: seconds(7), only_if: None }));
        assert_eq!(
            set("SET a 1 nx px 7000"),
            Ok(SetOptions { ttl: seconds(7), only_if: Some(Presence::Absent) })
        );
        assert_eq!(set("SET a 1 XX"), Ok(SetOptions { ttl: None, only_if: Some(Presence::Present) }));
    }

    #[test]
    fn errors_are_worded_as_those_of_redis() {
        let cases = [
            ("GET", "wrong number of arguments for 'get' command"),
            ("get a b", "wrong number of arguments for 'get' command"),
            ("SET a", "wrong number of arguments for 'set' command"),
            ("MSET a 1 b", "wrong number of arguments for 'mset' command"),
            ("SUBSCRIBE", "wrong number of arguments for 'subscribe' command"),
            ("DBSIZE 1", "wrong number of arguments for 'dbsize' command"),
            ("SET a 1 EX", "syntax error"),
            ("SET a 1 EX 1 PX 1", "syntax error"),
            ("SET a 1 NX XX", "syntax error"),
            ("SET a 1 FOO", "syntax error"),
            ("SET a 1 EX 0", "invalid expire time in 'set' command"),
            ("SET a 1 EX -1", "invalid expire time in 'set' command"),
            ("SET a 1 EX 9223372036854775807", "invalid expire time in 'set' command"),
            ("SET a 1 EX x", "value is not an integer or out of range"),
            ("EXPIRE a 9223372036854775807", "invalid expire time in 'expire' command"),
            ("INCRBY a x", "value is not an integer or out of range"),
            ("SELECT 1", "DB index is out of range"),
            ("CONFIG SET a b", "unknown subcommand 'SET'. Try CONFIG GET."),
            ("FOO bar baz", "unknown command 'FOO', with args beginning with: 'bar' 'baz' "),
        ];
        for (line, expected) in cases {
            assert_eq!(parse(line).unwrap_err(), expected, "{line}");
        }
    }

    #[test]
    fn a_time_in_the_past_is_now() {
        let ttl = |line| match parse(line) {
            Ok(Command::Query(Query::Expire { ttl, .. })) => ttl,
            other => panic!("{line}: {other:?}"),
        };
        assert_eq!(ttl("EXPIRE a 10"), Duration::from_secs(10));
        assert_eq!(ttl("EXPIRE a -10"), Duration::ZERO);
    }
}
