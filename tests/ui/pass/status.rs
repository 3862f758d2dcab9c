//! What `#[format_status]` may look like, and what is seen of the state then.

#![deny(warnings)]

use std::borrow::Cow;
use std::fmt::{self, Display};

use callcast::GenServer;
use callcast::prelude::*;

struct Login {
    user: String,
    _password: String,
}

#[agent]
impl Login {
    #[init]
    fn new(user: String, password: String) -> Self {
        Self { user, _password: password }
    }

    #[format_status]
    fn shown(&self) -> String {
        format!("{}, whose password is not shown", self.user)
    }
}

/// Says nothing of how it is to be shown.
struct Secret(u64);

#[server]
impl Secret {
    #[init]
    fn new() -> Self {
        Self(7)
    }

    #[call]
    fn get(&self) -> u64 {
        self.0
    }
}

/// Its method has the name of the one that is written.
struct Worker(&'static str);

#[server]
impl Worker {
    #[init]
    async fn new() -> Self {
        Self("at work")
    }

    #[format_status]
    pub fn format_status(&self) -> &str {
        self.0
    }

    #[terminate]
    async fn close(&mut self) {}
}

struct Cell<T>(T);

#[agent]
impl<T: Display + Send + 'static> Cell<T> {
    #[init]
    fn new(value: T) -> Self {
        Self(value)
    }

    #[format_status]
    fn shown(self: &Self) -> impl Display {
        format_args!("{}", self.0).to_string()
    }
}

/// Shows a part of the state without a copy of it.
struct Excerpt<'a>(&'a str);

impl Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}…", self.0)
    }
}

struct Text(String);

#[server(inline = true)]
impl Text {
    #[init]
    fn new() -> Self {
        Self("abcdef".to_owned())
    }

    #[deprecated]
    #[must_use]
    #[format_status]
    fn shown<'a>(&'a self) -> Excerpt<'a> {
        Excerpt(&self.0)
    }
}

struct Chosen(bool);

#[agent]
impl Chosen {
    #[init]
    fn new() -> Self {
        Self(true)
    }

    #[cfg(not(any()))]
    #[format_status]
    fn here(&self) -> Cow<'_, str> {
        if self.0 { "yes".into() } else { "no".into() }
    }

    #[cfg(any())]
    #[format_status]
    fn elsewhere(&self) -> Missing {}
}

fn main() {
    let shown = |text: &str| Some(text.to_owned());
    let login = Login::new("ada".into(), "1815".into());
    assert_eq!(GenServer::format_status(&login), shown("ada, whose password is not shown"));
    assert_eq!(GenServer::format_status(&Secret::new()), None);
    assert_eq!(GenServer::format_status(&Worker("at work")), shown("at work"));
    assert_eq!(Worker("idle").format_status(), "idle");
    assert_eq!(GenServer::format_status(&Cell(1.5)), shown("1.5"));
    assert_eq!(GenServer::format_status(&Text::new()), shown("abc…"));
    assert_eq!(GenServer::format_status(&Chosen(false)), shown("no"));
    let _ =
        (Login::spec("a".into(), "b".into()), Secret::spec(), Worker::spec(), Cell::spec(1), Text::spec());
    let _ = Chosen::spec();
}
