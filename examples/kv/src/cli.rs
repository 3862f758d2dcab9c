//! The command line.

use lexopt::prelude::*;

pub(crate) const DEFAULT_PORT: u16 = 6380;

pub(crate) const HELP: &str = "\
A key-value server for redis-cli, redis-benchmark, and whatever else speaks RESP2.

Usage: kv [--port <N>] [--demo]

  --port <N>   Listen on this port of the loopback interface; 0 takes any that is free [default: 6380]
  --demo       Hold a short conversation with itself, and end
  --help       Print this
";

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Serve { port: u16 },
    Demo,
    Help,
}

/// Reads the arguments, without the program's name.
pub(crate) fn parse<I>(arguments: I) -> Result<Task, lexopt::Error>
where
    I: IntoIterator,
    I::Item: Into<std::ffi::OsString>,
    I::IntoIter: 'static,
{
    let mut parser = lexopt::Parser::from_args(arguments);
    let (mut port, mut demo) = (DEFAULT_PORT, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("port") => port = parser.value()?.parse()?,
            Long("demo") => demo = true,
            Short('h') | Long("help") => return Ok(Task::Help),
            other => return Err(other.unexpected()),
        }
    }
    Ok(if demo { Task::Demo } else { Task::Serve { port } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read() {
        let cases: [(&[&str], Task); 5] = [
            (&[], Task::Serve { port: DEFAULT_PORT }),
            (&["--port", "0"], Task::Serve { port: 0 }),
            (&["--port=7000"], Task::Serve { port: 7000 }),
            (&["--demo"], Task::Demo),
            (&["--demo", "--help"], Task::Help),
        ];
        for (arguments, expected) in cases {
            assert_eq!(parse(arguments).unwrap(), expected, "{arguments:?}");
        }
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        for arguments in
            [&["--prot", "1"][..], &["--port"], &["--port", "70000"], &["--port", "x"], &["serve"]]
        {
            assert!(parse(arguments).is_err(), "{arguments:?}");
        }
    }
}
