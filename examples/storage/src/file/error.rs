//! What can be wrong with a file.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fmt, io};

/// Why a file cannot be used.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum FileError {
    /// The system says no.
    System {
        /// What was tried: `open`, `read`, …
        task: &'static str,
        /// Which file it is.
        path: PathBuf,
        /// What the system says; shared, since an error of its kind has no copies.
        error: Arc<io::Error>,
    },
    /// Another store has it.
    InUse {
        /// Which file it is.
        path: PathBuf,
    },
    /// It is none that a store has written.
    Damaged {
        /// Which file it is.
        path: PathBuf,
        /// The number of the first line that means nothing.
        line: usize,
    },
}

impl FileError {
    /// For `map_err`.
    pub(super) fn system(task: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::System { task, path: path.to_owned(), error: Arc::new(error) }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System { task, path, error } => write!(f, "cannot {task} {}: {error}", path.display()),
            Self::InUse { path } => write!(f, "{} is in use by another store", path.display()),
            Self::Damaged { path, line } => {
                write!(f, "line {line} of {} is none that a store writes", path.display())
            }
        }
    }
}

impl Error for FileError {}
