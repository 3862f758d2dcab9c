//! The command line.

use std::sync::Arc;

use lexopt::prelude::*;

pub(crate) const DEFAULT_PORT: u16 = 8080;

pub(crate) const HELP: &str = "\
HTTP in front of a database that speaks RESP2, such as redis-server.

Usage: gateway [--port <N>] [--database <HOST:PORT>] [--demo]

  --port <N>               Serve on this port of the loopback interface; 0 takes any that is free [default: 8080]
  --database <HOST:PORT>   The database; without it the gateway runs one of its own, which forgets all at its end
  --demo                   Kill the database of its own, show what clients see of it, and end
  --kv <N>                 Be that database, and nothing else, until stdin is closed
  --help                   Print this
";

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Job {
    Serve { port: u16, database: Option<Arc<str>> },
    Demo,
    BeKv { port: u16 },
    Help,
}

/// Reads the arguments, without the program's name.
pub(crate) fn parse<I>(arguments: I) -> Result<Job, lexopt::Error>
where
    I: IntoIterator,
    I::Item: Into<std::ffi::OsString>,
    I::IntoIter: 'static,
{
    let mut parser = lexopt::Parser::from_args(arguments);
    let (mut port, mut database, mut demo) = (DEFAULT_PORT, None, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("port") => port = parser.value()?.parse()?,
            Long("database") => database = Some(parser.value()?.parse_with(address)?),
            Long("demo") => demo = true,
            Long("kv") => return Ok(Job::BeKv { port: parser.value()?.parse()? }),
            Short('h') | Long("help") => return Ok(Job::Help),
            other => return Err(other.unexpected()),
        }
    }
    Ok(if demo { Job::Demo } else { Job::Serve { port, database } })
}

/// A host and a port; whether there is such a host is seen when it is connected to.
fn address(text: &str) -> Result<Arc<str>, &'static str> {
    let port =
        text.rsplit_once(':').filter(|(host, _)| !host.is_empty()).map(|(_, port)| port.parse::<u16>());
    if let Some(Ok(_)) = port {
        Ok(text.into())
    } else {
        Err("it has a host and a port, as 127.0.0.1:6379 has")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read() {
        let serve = |port, database: Option<&str>| Job::Serve { port, database: database.map(Arc::from) };
        let cases: [(&[&str], Job); 7] = [
            (&[], serve(DEFAULT_PORT, None)),
            (&["--port", "0"], serve(0, None)),
            (&["--port=7000", "--database", "127.0.0.1:6379"], serve(7000, Some("127.0.0.1:6379"))),
            (&["--database", "[::1]:6379"], serve(DEFAULT_PORT, Some("[::1]:6379"))),
            (&["--demo"], Job::Demo),
            (&["--kv", "7001"], Job::BeKv { port: 7001 }),
            (&["--demo", "--help"], Job::Help),
        ];
        for (arguments, expected) in cases {
            assert_eq!(parse(arguments).unwrap(), expected, "{arguments:?}");
        }
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        for arguments in [
            &["--prot", "1"][..],
            &["--port"],
            &["--port", "70000"],
            &["--database", "6379"],
            &["--database", ":6379"],
            &["--database", "localhost:redis"],
            &["serve"],
        ] {
            assert!(parse(arguments).is_err(), "{arguments:?}");
        }
    }
}
