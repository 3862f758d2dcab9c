//! The command line.

use std::num::NonZero;
use std::str::FromStr;

use lexopt::prelude::*;
use storage::which::Which;

pub(crate) const HELP: &str = "\
Keeps values under keys: in memory, in a file, or in a file with a cache before it.

Usage: storage --store <STORE> get <KEY>
       storage --store <STORE> put <KEY> <VALUE>
       storage --store <STORE> rm <KEY>
       storage --store <STORE> ls
       storage [--store <STORE>] bench [--calls <N>] [--callers <N>] [--swaps <N>]
       storage --demo

  --store <STORE>   memory, file:PATH, cached:file:PATH, or cached: and any other
  --demo            Show all of it, in a directory that is removed again, and end
  --help            Print this

A bench begins in the store given, and swaps it for others while callers call; it uses keys that begin with `bench/`.

  --calls <N>       The calls of all callers together [default: 100000]
  --callers <N>     Who calls at the same time [default: 8]
  --swaps <N>       How often another store takes the place [default: 20]
";

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Ask(Which, Question),
    Bench(Which, Load),
    Demo,
    Help,
}

/// What a store is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    Get { key: String },
    Put { key: String, value: String },
    Remove { key: String },
    List,
}

/// What a bench puts on a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) calls: u32,
    pub(crate) callers: NonZero<u32>,
    pub(crate) swaps: u32,
}

impl Default for Load {
    fn default() -> Self {
        Self { calls: 100_000, callers: const { NonZero::new(8).unwrap() }, swaps: 20 }
    }
}

/// Reads the arguments, without the program's name.
pub(crate) fn parse<I>(arguments: I) -> Result<Task, lexopt::Error>
where
    I: IntoIterator,
    I::Item: Into<std::ffi::OsString>,
    I::IntoIter: 'static,
{
    let mut parser = lexopt::Parser::from_args(arguments);
    let (mut store, mut load, mut words) = (None, None, Vec::new());
    while let Some(argument) = parser.next()? {
        match argument {
            Long("store") => store = Some(value(&mut parser, "--store", "as in `--store file:PATH`")?),
            Long("calls") => changed(&mut load).calls = value(&mut parser, "--calls", "a number")?,
            Long("callers") => changed(&mut load).callers = value(&mut parser, "--callers", "at least 1")?,
            Long("swaps") => changed(&mut load).swaps = value(&mut parser, "--swaps", "a number")?,
            Long("demo") => return Ok(Task::Demo),
            Short('h') | Long("help") => return Ok(Task::Help),
            Value(word) => words.push(word.string()?),
            other @ (Short(_) | Long(_)) => return Err(other.unexpected()),
        }
    }
    task(store, load, words)
}

/// One of the numbers of a bench is not the usual one.
fn changed(load: &mut Option<Load>) -> &mut Load {
    load.get_or_insert_default()
}

/// The value of an option.
fn value<T>(parser: &mut lexopt::Parser, option: &str, wanted: &str) -> Result<T, lexopt::Error>
where
    T: FromStr<Err: std::error::Error>,
{
    let Ok(given) = parser.value() else { return Err(format!("`{option}` needs a value: {wanted}").into()) };
    let given = given.string()?;
    given.parse().map_err(|error| format!("`{option} {given}`: {error} ({wanted})").into())
}

fn task(store: Option<Which>, load: Option<Load>, words: Vec<String>) -> Result<Task, lexopt::Error> {
    let mut words = words.into_iter();
    let command = words.next();
    if command.as_deref() == Some("bench") {
        nothing_more("bench", words)?;
        return Ok(Task::Bench(store.unwrap_or(Which::Memory), load.unwrap_or_default()));
    }
    let question = question(command, words)?;
    if load.is_some() {
        return Err(
            "`--calls`, `--callers` and `--swaps` are for `bench`: write `storage bench --calls 1000`".into(),
        );
    }
    let Some(store) = store else {
        return Err("which store? write it ahead, as in `storage --store file:PATH ls`".into());
    };
    Ok(Task::Ask(store, question))
}

fn question(
    command: Option<String>,
    mut words: impl Iterator<Item = String>,
) -> Result<Question, lexopt::Error> {
    let Some(command) = command else {
        return Err("there is no command: write `get KEY`, `put KEY VALUE`, `rm KEY`, `ls` or `bench`".into());
    };
    let mut next = |what: &str, usage: &str| {
        words
            .next()
            .ok_or_else(|| lexopt::Error::from(format!("`{command}` needs a {what}: write `{usage}`")))
    };
    let question = match command.as_str() {
        "get" => Question::Get { key: next("key", "get KEY")? },
        "put" => Question::Put { key: next("key", "put KEY VALUE")?, value: next("value", "put KEY VALUE")? },
        "rm" => Question::Remove { key: next("key", "rm KEY")? },
        "ls" => Question::List,
        other => {
            return Err(format!("`{other}` is no command: write `get`, `put`, `rm`, `ls` or `bench`").into());
        }
    };
    nothing_more(&command, words)?;
    Ok(question)
}

fn nothing_more(command: &str, mut words: impl Iterator<Item = String>) -> Result<(), lexopt::Error> {
    match words.next() {
        None => Ok(()),
        Some(word) => {
            Err(format!("`{command}` does not need `{word}`; what has spaces in it stands in quotes").into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(question: Question) -> Task {
        Task::Ask(Which::Memory, question)
    }

    #[test]
    fn arguments_are_read() {
        let key = || "a b".to_owned();
        let few = Load { calls: 10, callers: NonZero::new(2).unwrap(), swaps: 0 };
        let cases: [(&[&str], Task); 8] = [
            (&["--store", "memory", "get", "a b"], ask(Question::Get { key: key() })),
            (&["put", "a b", "", "--store=memory"], ask(Question::Put { key: key(), value: String::new() })),
            (&["--store", "memory", "rm", "a b"], ask(Question::Remove { key: key() })),
            (&["--store", "memory", "ls"], ask(Question::List)),
            (&["bench"], Task::Bench(Which::Memory, Load::default())),
            (
                &["--store", "file:x", "bench", "--calls", "10", "--callers", "2", "--swaps", "0"],
                Task::Bench(Which::File("x".into()), few),
            ),
            (&["--demo"], Task::Demo),
            (&["ls", "--help"], Task::Help),
        ];
        for (arguments, expected) in cases {
            assert_eq!(parse(arguments).unwrap(), expected, "{arguments:?}");
        }
    }

    #[test]
    fn what_is_not_understood_is_an_error_that_says_what_to_write() {
        let cases: [(&[&str], &str); 15] = [
            (&[], "there is no command: write `get KEY`"),
            (&["ls"], "which store? write it ahead, as in `storage --store file:PATH ls`"),
            (&["--store", "memory"], "there is no command"),
            (&["--store", "disk", "ls"], "`disk` is no store: write `memory`"),
            (&["ls", "--store"], "`--store` needs a value: as in `--store file:PATH`"),
            (&["--store", "memory", "get"], "`get` needs a key: write `get KEY`"),
            (&["--store", "memory", "put", "a"], "`put` needs a value: write `put KEY VALUE`"),
            (&["--store", "memory", "ls", "a"], "`ls` does not need `a`"),
            (&["--store", "memory", "ls", "--calls", "1"], "are for `bench`"),
            (&["--store", "memory", "set", "a", "b"], "`set` is no command"),
            (&["bench", "--callers", "0"], "`--callers 0`: "),
            (&["bench", "--swaps", "x"], "`--swaps x`: "),
            (&["bench", "10"], "`bench` does not need `10`"),
            (&["--stor", "memory"], "--stor"),
            (&["-x"], "-x"),
        ];
        for (arguments, expected) in cases {
            let error = parse(arguments).unwrap_err().to_string();
            assert!(error.contains(expected), "{arguments:?}: {error}");
        }
    }
}
