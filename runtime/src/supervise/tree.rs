//! A picture of a supervisor and all that is below it.

use std::fmt;
use std::sync::Arc;

use crate::id::ServerId;
use crate::supervise::child::AnyServer;
use crate::supervise::directory::{ChildKind, ChildStatus, Directory};

/// A picture of a supervisor and all that is below it; its `Display` draws it.
///
/// With the feature `serde` it is `Serialize`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Tree {
    /// The name of the server's type.
    pub type_name: &'static str,
    /// What its supervisor calls it; the type's name at the top.
    pub id: String,
    /// The incarnation that is there now.
    pub server: Option<ServerId>,
    /// The names that it has.
    pub names: Vec<&'static str>,
    /// What it is at.
    pub status: ChildStatus,
    /// How often it has been started again.
    pub restarts: u64,
    /// Those below it, in the order in which they are started; none where it is no supervisor.
    pub children: Vec<Self>,
}

impl Tree {
    pub(crate) fn of(server: Option<AnyServer>) -> Self {
        let type_name = "Supervisor";
        let status = if server.is_some() { ChildStatus::Running } else { ChildStatus::Down };
        let directory = server.as_ref().and_then(|server| server.core.life().directory());
        let own_id = directory.as_ref().and_then(|directory| directory.own_id());
        Self {
            type_name,
            id: own_id.map_or_else(|| type_name.to_owned(), |id| (*id).to_owned()),
            names: server.as_ref().map(|server| server.core.life().ties().names).unwrap_or_default(),
            server: server.map(|server| server.core.id()),
            status,
            restarts: 0,
            children: directory.map(|directory| children(&directory)).unwrap_or_default(),
        }
    }

    fn draw(&self, f: &mut fmt::Formatter<'_>, indent: &str) -> fmt::Result {
        self.line(f)?;
        for (index, child) in self.children.iter().enumerate() {
            let is_last = index + 1 == self.children.len();
            let (branch, below) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            write!(f, "\n{indent}{branch}")?;
            child.draw(f, &format!("{indent}{below}"))?;
        }
        Ok(())
    }

    fn line(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)?;
        if self.id != self.type_name {
            write!(f, " ({})", self.type_name)?;
        }
        if let Some(server) = self.server {
            write!(f, " {server}")?;
        }
        for name in &self.names {
            write!(f, " \"{name}\"")?;
        }
        match self.status {
            ChildStatus::Running => {}
            ChildStatus::Down => f.write_str(" down")?,
            ChildStatus::Restarting => f.write_str(" restarting")?,
            ChildStatus::Starting => f.write_str(" starting")?,
            ChildStatus::Stopping => f.write_str(" stopping")?,
        }
        match self.restarts {
            0 => Ok(()),
            1 => f.write_str(", restarted once"),
            restarts => write!(f, ", restarted {restarts} times"),
        }
    }
}

fn children(directory: &Arc<Directory>) -> Vec<Tree> {
    let shown = directory.show().into_iter();
    let child = |shown: crate::supervise::directory::Shown| {
        let below = match (shown.about.kind, &shown.server) {
            (ChildKind::Supervisor, Some(server)) => server.core.life().directory(),
            _ => None,
        };
        let names = shown.server.as_ref().map(|server| server.core.life().ties().names);
        Tree {
            type_name: shown.about.name,
            id: (*shown.about.id).to_owned(),
            server: shown.server_id(),
            names: names.unwrap_or_default(),
            status: shown.status,
            restarts: shown.restarts,
            children: below.map(|below| children(&below)).unwrap_or_default(),
        }
    };
    shown.map(child).collect()
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.draw(f, "")
    }
}
