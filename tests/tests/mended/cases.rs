//! The programs of `ui/fail`, and their twins.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::recorded::package;

/// The folders of `ui/fail` in the order of the page, with what they are about.
pub(crate) const TOPICS: &[(&str, &str)] = &[
    (
        "placement",
        "Where the attributes belong: `#[agent]` and `#[server]` on an impl block, `#[protocol]` on a trait, the others on their methods.",
    ),
    ("init", "How it starts: one method makes the state."),
    (
        "agent",
        "What an agent may not do. It holds state, and acts only when it is called; a server has the rest.",
    ),
    ("receivers", "How a handler takes the state."),
    ("signatures", "What else may not stand in a handler's signature."),
    ("arguments", "What a handler may take. Arguments are sent: they become the fields of a message."),
    ("context", "How a server's handler takes its context."),
    ("replies", "What a call may reply."),
    ("returns", "What handlers may return that reply to nobody."),
    ("roles", "What handlers are given that no client calls."),
    ("status", "What `#[format_status]` may look like, which shows the state to people."),
    (
        "protocol",
        "What servers of different types can have in common: the traits with `#[protocol]`, and who speaks them.",
    ),
    ("names", "Names that are taken, or that would meet in what is generated."),
    ("options", "What stands in an attribute's parentheses."),
    ("durations", "Durations in attributes, and the periods of `#[every]` and `#[idle]`."),
    ("types", "What only rustc can see in the types of a handler."),
    ("client", "Mistakes where a client is used."),
    ("supervision", "What cannot be a child of a supervisor."),
    ("unused", "What does nothing, or loses something, if it is left alone."),
    ("syntax", "Code that is half typed. What is whole keeps its place in the client meanwhile."),
    ("several", "Several mistakes at once: each is one error, and calls of the client are none."),
];

/// Cases whose way out is no code, with the reason.
pub(crate) const WITHOUT_TWIN: &[(&str, &str)] = &[];

/// A program that is refused.
pub(crate) struct Case {
    /// `arguments/borrowed_str`
    pub(crate) name: String,
    source: String,
}

impl Case {
    pub(crate) fn all() -> Vec<Self> {
        names_in("ui/fail").into_iter().map(Self::named).collect()
    }

    fn named(name: String) -> Self {
        let source = read(&format!("ui/fail/{name}.rs")).unwrap();
        Self { name, source }
    }

    pub(crate) fn topic(&self) -> &str {
        self.name.split_once('/').unwrap().0
    }

    /// The first line, without `//! `.
    pub(crate) fn title(&self) -> String {
        let first = self.source.lines().next().unwrap_or_default();
        first.strip_prefix("//! ").unwrap_or_default().to_owned()
    }

    /// What else the file says of the mistake.
    pub(crate) fn remarks(&self) -> String {
        let docs = self.source.lines().skip(1).map_while(|line| line.strip_prefix("//!"));
        docs.map(str::trim).collect::<Vec<_>>().join("\n").trim().to_owned()
    }

    /// The code under the head lines; without `main` where the twin has none, since that is no part of the mistake.
    pub(crate) fn code(&self) -> String {
        let code = without_docs(&self.source);
        let keeps_main = self.twin().is_some_and(|twin| twin.contains("\nfn main()"));
        if keeps_main { code } else { code.split("\nfn main()").next().unwrap().to_owned() }
    }

    /// The code with the mistake mended.
    pub(crate) fn twin(&self) -> Option<String> {
        read(&format!("ui/mended/{}.rs", self.name)).map(|source| without_docs(&source))
    }

    /// What rustc says of it.
    pub(crate) fn output(&self) -> String {
        read(&format!("ui/fail/{}.stderr", self.name)).unwrap_or_default()
    }
}

fn without_docs(source: &str) -> String {
    let lines = source.lines().skip_while(|line| line.starts_with("//!") || line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(package().join(path)).ok()
}

/// The programs in a folder of `ui`, as `topic/name`, sorted.
pub(crate) fn names_in(folder: &str) -> Vec<String> {
    let entries =
        |path: &Path| -> Vec<_> { fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect() };
    let files = entries(&package().join(folder)).into_iter().filter(|path| path.is_dir());
    let mut names: Vec<_> = files.flat_map(|topic| entries(&topic)).filter_map(|path| name(&path)).collect();
    names.sort();
    names
}

/// `…/arguments/borrowed_str.rs` → `arguments/borrowed_str`
fn name(path: &Path) -> Option<String> {
    let is_program = path.extension().is_some_and(|extension| extension == "rs");
    let topic = path.parent()?.file_name()?.to_str()?;
    is_program.then(|| Some(format!("{topic}/{}", path.file_stem()?.to_str()?)))?
}

/// The source of `twins.rs`.
pub(crate) fn list_of_twins() -> String {
    let mut list = "//! All programs of `ui/mended`, each a module.\n".to_owned();
    for name in names_in("ui/mended") {
        let module = name.replace('/', "_");
        writeln!(list, "\n#[path = \"../../ui/mended/{name}.rs\"]\nmod {module};").unwrap();
    }
    list
}
