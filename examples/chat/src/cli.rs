//! The command line.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use lexopt::prelude::*;

pub(crate) const DEFAULT_ADDRESS: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 7000));

pub(crate) const HELP: &str = "\
A chat for nc, or whatever else sends lines.

Usage: chat [--listen <ADDRESS>] [--demo]

  --listen <ADDRESS>   Listen there; port 0 takes any that is free [default: 127.0.0.1:7000]
  --demo               Hold a short conversation with itself, and end
  --help               Print this
";

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Serve { address: SocketAddr },
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
    let (mut address, mut demo) = (DEFAULT_ADDRESS, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("listen") => address = loopback(parser.value()?.parse()?)?,
            Long("demo") => demo = true,
            Short('h') | Long("help") => return Ok(Task::Help),
            other => return Err(other.unexpected()),
        }
    }
    Ok(if demo { Task::Demo } else { Task::Serve { address } })
}

/// There are no passwords here, and `/crash` is for everybody.
fn loopback(address: SocketAddr) -> Result<SocketAddr, lexopt::Error> {
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err(format!("{address} can be reached from elsewhere; chat listens on the loopback interface alone")
            .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serve(address: &str) -> Task {
        Task::Serve { address: address.parse().unwrap() }
    }

    #[test]
    fn arguments_are_read() {
        let cases: [(&[&str], Task); 5] = [
            (&[], serve("127.0.0.1:7000")),
            (&["--listen", "127.0.0.1:0"], serve("127.0.0.1:0")),
            (&["--listen=[::1]:80"], serve("[::1]:80")),
            (&["--demo"], Task::Demo),
            (&["--demo", "--help"], Task::Help),
        ];
        for (arguments, expected) in cases {
            assert_eq!(parse(arguments).unwrap(), expected, "{arguments:?}");
        }
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        let cases: [&[&str]; 5] = [
            &["--lisen", "x"],
            &["--listen"],
            &["--listen", "7000"],
            &["--listen", "0.0.0.0:7000"],
            &["serve"],
        ];
        for arguments in cases {
            assert!(parse(arguments).is_err(), "{arguments:?}");
        }
    }
}
