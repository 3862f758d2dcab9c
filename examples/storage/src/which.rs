//! Which store it is to be: known when somebody says so, while the program runs.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use callcast::{ExitReason, Monitor};

use crate::audit::AuditClient;
use crate::cached::CachedStore;
use crate::file::FileStore;
use crate::memory::MemoryStore;
use crate::protocol::StoreClient;

/// How many keys a cache remembers.
pub const CACHE: usize = 1_000;

/// A store, as one names it on a command line.
///
/// # Examples
///
/// ```
/// use storage::which::Which;
///
/// let which: Which = "cached:file:/var/lib/store".parse()?;
/// assert_eq!(which, Which::Cached(Box::new(Which::File("/var/lib/store".into()))));
/// # Ok::<(), storage::which::NoStore>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// `memory`
    Memory,
    /// `file:PATH`
    File(PathBuf),
    /// `cached:` and the store behind
    Cached(Box<Self>),
}

/// A store that is open.
#[derive(Debug)]
pub struct Opened {
    /// What it is used by.
    pub store: StoreClient,
    /// What it is watched by.
    pub audit: AuditClient,
    /// Where its end is waited for.
    pub ends: Ends,
}

/// The ends of a store and of those behind it: each ends when nobody has a client of it any more.
#[derive(Debug)]
pub struct Ends {
    monitors: Vec<Monitor>,
}

impl Which {
    /// Starts its server, and those behind it.
    ///
    /// # Errors
    ///
    /// A [`StartError`](callcast::StartError): where a file cannot be used, or there is no runtime.
    pub async fn open(&self) -> Result<Opened, Box<dyn Error + Send + Sync>> {
        match self {
            Self::Memory => {
                let memory = MemoryStore::start()?;
                Ok(Opened::new(memory.clone().into(), memory.into()))
            }
            Self::File(path) => {
                let file = FileStore::start(path.clone()).await?;
                Ok(Opened::new(file.clone().into(), file.into()))
            }
            Self::Cached(behind) => {
                // In a box, since it goes on into itself.
                let Opened { store, ends, .. } = Box::pin(behind.open()).await?;
                let cached = CachedStore::start(store, CACHE).await?;
                Ok(Opened::new(cached.clone().into(), cached.into()).before(ends))
            }
        }
    }
}

impl Opened {
    fn new(store: StoreClient, audit: AuditClient) -> Self {
        let ends = Ends { monitors: vec![store.monitor()] };
        Self { store, audit, ends }
    }

    /// It has others behind it, which end after it.
    fn before(mut self, behind: Ends) -> Self {
        self.ends.monitors.extend(behind.monitors);
        self
    }

    /// Gives it up, and waits until it has ended.
    ///
    /// # Errors
    ///
    /// As for [`Ends::wait`].
    pub async fn close(self) -> Result<(), ExitReason> {
        let Self { store, audit, ends } = self;
        drop((store, audit));
        ends.wait().await
    }
}

impl Ends {
    /// Waits until all of them have ended: what is in a file is on the disk then.
    ///
    /// # Errors
    ///
    /// The reason, where one of them did not end well.
    pub async fn wait(self) -> Result<(), ExitReason> {
        for monitor in self.monitors {
            match monitor.await.reason {
                ExitReason::Normal => {}
                other => return Err(other),
            }
        }
        Ok(())
    }
}

impl FromStr for Which {
    type Err = NoStore;

    fn from_str(name: &str) -> Result<Self, NoStore> {
        match name.split_once(':') {
            None if name == "memory" => Ok(Self::Memory),
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(path.into())),
            Some(("cached", behind)) => Ok(Self::Cached(Box::new(behind.parse()?))),
            _ => Err(NoStore { name: name.to_owned() }),
        }
    }
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("memory"),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Cached(behind) => write!(f, "cached:{behind}"),
        }
    }
}

/// There is no store of this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoStore {
    name: String,
}

impl fmt::Display for NoStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        write!(
            f,
            "`{name}` is no store: write `memory`, `file:PATH`, or `cached:` and one of them, as in `cached:file:PATH`"
        )
    }
}

impl Error for NoStore {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_has_a_name() {
        let file = || Which::File("a:b".into());
        let cases = [
            ("memory", Which::Memory),
            ("file:a:b", file()),
            ("cached:file:a:b", Which::Cached(Box::new(file()))),
            ("cached:cached:memory", Which::Cached(Box::new(Which::Cached(Box::new(Which::Memory))))),
        ];
        for (name, which) in cases {
            assert_eq!(name.parse(), Ok(which.clone()));
            assert_eq!(which.to_string(), name);
        }
    }

    #[test]
    fn what_is_no_store_is_named() {
        for (name, wrong) in [
            ("", ""),
            ("disk", "disk"),
            ("file", "file"),
            ("file:", "file:"),
            ("memory:1", "memory:1"),
            ("cached:", ""),
            ("cached:disk", "disk"),
        ] {
            let error = name.parse::<Which>().unwrap_err();
            assert!(error.to_string().contains(&format!("`{wrong}` is no store")), "{error}");
        }
    }
}
