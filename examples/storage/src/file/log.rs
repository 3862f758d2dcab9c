//! The life of a log: opened by one store at a time, appended to, written anew when it has grown long.

use std::collections::BTreeMap;
use std::fs::{self as std_fs, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use crate::file::FileError;
use crate::file::line::{self, Line};

/// A log with fewer lines is never written anew.
const SHORT: usize = 1_000;
/// A log is long that has this many times as many lines as there are entries.
const LONG: usize = 4;
/// How often it is looked whether another store has let go of the file, and how long that is in between: a second in all.
const ATTEMPTS: u32 = 100;
const BETWEEN: Duration = Duration::from_millis(10);

/// The file that a store is in.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    /// Locked, and opened for appending.
    file: File,
    /// How long the file is, in bytes that are certainly whole lines.
    length: u64,
    lines: usize,
    /// Whether there may be a part of a line behind those.
    is_torn: bool,
}

impl Log {
    /// Opens a log, or makes one, and returns what it says.
    pub(super) async fn open(path: PathBuf) -> Result<(Self, BTreeMap<String, Vec<u8>>), FileError> {
        let mut file = lock(&path).await?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).await.map_err(FileError::system("read", &path))?;
        // A last line without an end was being written when the program or the machine crashed: nobody was told that it
        // was done. The next line is not to be glued to it.
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let is_torn = whole < text.len();
        text.truncate(whole);
        let (entries, lines) = read(&text).map_err(|line| FileError::Damaged { path: path.clone(), line })?;
        let mut log = Self { path, file, length: whole as u64, lines, is_torn };
        log.mend().await?;
        Ok((log, entries))
    }

    /// Appends a line. It is with the system when this returns.
    pub(super) async fn append(&mut self, line: &[u8]) -> Result<(), FileError> {
        self.mend().await?;
        self.is_torn = true;
        let written = write(&mut self.file, line).await;
        written.map_err(FileError::system("write to", &self.path))?;
        self.is_torn = false;
        self.length += line.len() as u64;
        self.lines += 1;
        Ok(())
    }

    /// Cuts off what may be there of a line that could not be written.
    async fn mend(&mut self) -> Result<(), FileError> {
        if self.is_torn {
            self.file.set_len(self.length).await.map_err(FileError::system("shorten", &self.path))?;
            self.is_torn = false;
        }
        Ok(())
    }

    /// Whether it is much longer than what it says.
    pub(super) const fn is_long(&self, entries: usize) -> bool {
        self.lines >= SHORT && self.lines / LONG >= entries
    }

    /// Has the file say these entries, and nothing of what was before.
    pub(super) async fn rewrite(&mut self, entries: &BTreeMap<String, Vec<u8>>) -> Result<(), FileError> {
        let text: Vec<u8> = entries.iter().flat_map(|(key, value)| line::put(key, value)).collect();
        let length = text.len() as u64;
        let file = self.replace(text).await.map_err(FileError::system("rewrite", &self.path))?;
        (self.file, self.length, self.lines, self.is_torn) = (file, length, entries.len(), false);
        Ok(())
    }

    /// Puts another file in the place of this one, all at once: whoever opens it finds the old one or the new one.
    ///
    /// It is one piece of work, which has the old file's lock: where the store is killed meanwhile, it is done to
    /// its end all the same, and the next store waits for that.
    async fn replace(&self, text: Vec<u8>) -> io::Result<File> {
        let (old, path) = (self.file.try_clone().await?.into_std().await, self.path.clone());
        let replaced = spawn_blocking(move || {
            let beside = path.with_added_extension("new");
            let mut new = std_fs::File::create(&beside)?;
            new.lock()?;
            new.write_all(&text)?;
            // Else a crash of the machine could leave the name with an empty file.
            new.sync_all()?;
            std_fs::rename(beside, path)?;
            drop(old);
            Ok::<_, io::Error>(new)
        });
        Ok(File::from_std(replaced.await??))
    }

    /// Returns when all of it is on the disk.
    pub(super) async fn sync(&mut self) -> Result<(), FileError> {
        self.file.sync_all().await.map_err(FileError::system("sync", &self.path))
    }
}

async fn write(file: &mut File, line: &[u8]) -> io::Result<()> {
    file.write_all(line).await?;
    // A `File` of tokio's takes what is written before the system has it.
    file.flush().await
}

/// Reads whole lines, and counts them; an error is the number of the first that means nothing.
fn read(text: &[u8]) -> Result<(BTreeMap<String, Vec<u8>>, usize), usize> {
    let (mut entries, mut lines) = (BTreeMap::new(), 0);
    for text in text.split_inclusive(|byte| *byte == b'\n') {
        lines += 1;
        match text.strip_suffix(b"\n").and_then(line::parse).ok_or(lines)? {
            Line::Put(key, value) => drop(entries.insert(key, value)),
            Line::Remove(key) => drop(entries.remove(&key)),
        }
    }
    Ok((entries, lines))
}

/// Opens a file that no other store has, and keeps others from having it until it is closed.
///
/// A store that was killed has it for as long as its last write takes: that is waited for.
async fn lock(path: &Path) -> Result<File, FileError> {
    for _ in 0..ATTEMPTS {
        if let Some(file) = try_lock(path).await? {
            return Ok(file);
        }
        sleep(BETWEEN).await;
    }
    Err(FileError::InUse { path: path.to_owned() })
}

async fn try_lock(path: &Path) -> Result<Option<File>, FileError> {
    let opened = OpenOptions::new().read(true).append(true).create(true).open(path).await;
    let file = opened.map_err(FileError::system("open", path))?.into_std().await;
    match file.try_lock() {
        // Between the opening and the lock another store may have put another file in its place.
        Ok(()) if is_at(&file, path).map_err(FileError::system("open", path))? => {
            Ok(Some(File::from_std(file)))
        }
        Ok(()) | Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(FileError::system("lock", path)(error)),
    }
}

/// Whether this path leads to this file.
#[cfg(unix)]
fn is_at(file: &std_fs::File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;

    let (file, there) = (file.metadata()?, std_fs::metadata(path)?);
    Ok((file.dev(), file.ino()) == (there.dev(), there.ino()))
}

/// A file that is open is not replaced there.
#[cfg(not(unix))]
fn is_at(_file: &std_fs::File, _path: &Path) -> io::Result<bool> {
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[tokio::test]
    async fn what_could_not_be_written_is_cut_off() {
        let scratch = Scratch::new().unwrap();
        let path = scratch.path().join("log");
        let (mut log, _) = Log::open(path.clone()).await.unwrap();
        log.append(&line::put("a", b"1")).await.unwrap();
        // Nothing can be written to this one.
        let whole = std::mem::replace(&mut log.file, File::open(&path).await.unwrap());
        let error = log.append(&line::put("b", b"2")).await.unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot write to {}: ", path.display())), "{error}");
        // As if the disk had been full in the middle.
        std_fs::write(&path, "put a 1\nput b").unwrap();
        log.file = whole;
        log.append(&line::put("c", b"3")).await.unwrap();
        assert_eq!(std_fs::read_to_string(&path).unwrap(), "put a 1\nput c 3\n");
    }

    #[tokio::test]
    async fn a_log_that_cannot_be_replaced_goes_on() {
        let scratch = Scratch::new().unwrap();
        let path = scratch.path().join("log");
        let (mut log, _) = Log::open(path.clone()).await.unwrap();
        log.append(&line::put("a", b"1")).await.unwrap();
        // In the place of the file that would be put in its place.
        std_fs::create_dir(path.with_added_extension("new")).unwrap();
        let error = log.rewrite(&BTreeMap::new()).await.unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot rewrite {}: ", path.display())), "{error}");
        log.append(&line::remove("a")).await.unwrap();
        assert_eq!(std_fs::read_to_string(&path).unwrap(), "put a 1\nremove a\n");
    }
}
