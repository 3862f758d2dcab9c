//! The store that keeps a file: what is still there after which end.

use std::fs;
use std::path::{Path, PathBuf};

use callcast::{ExitReason, StartError};
use storage::Scratch;
use storage::file::{FileError, FileStore, FileStoreClient};
use storage::protocol::StoreClient;
use tokio::sync::oneshot;

fn path(scratch: &Scratch) -> PathBuf {
    scratch.path().join("store")
}

async fn open(path: &Path) -> (FileStoreClient, StoreClient) {
    let file = FileStore::start(path.to_owned()).await.unwrap();
    (file.clone(), file.into())
}

/// Why it does not open.
async fn refused(path: &Path) -> FileError {
    match FileStore::start(path.to_owned()).await {
        Err(StartError::Init(error)) => error,
        other => panic!("{other:?}"),
    }
}

async fn put_all(store: &StoreClient, keys: impl Iterator<Item = u32>) {
    for key in keys {
        store.put(key.to_string(), "value").await.unwrap();
    }
}

fn lines(path: &Path) -> usize {
    fs::read_to_string(path).unwrap().lines().count()
}

#[tokio::test]
async fn what_was_put_is_there_after_a_restart() {
    let scratch = Scratch::new().unwrap();
    for round in 0..3 {
        let (file, store) = open(&path(&scratch)).await;
        put_all(&store, round * 10..round * 10 + 10).await;
        store.remove((round * 10).to_string()).await.unwrap();
        assert_eq!(store.size().await.unwrap(), 9 * (1 + round as usize));
        file.stop().await.unwrap();
    }
    let (_, store) = open(&path(&scratch)).await;
    let mut expected: Vec<String> =
        (0..30).filter(|key| key % 10 != 0).map(|key: u32| key.to_string()).collect();
    expected.sort_unstable();
    assert_eq!(store.keys().await.unwrap(), expected);
}

#[tokio::test]
async fn it_ends_with_its_last_client() {
    let scratch = Scratch::new().unwrap();
    let (file, store) = open(&path(&scratch)).await;
    let end = file.monitor();
    drop(file);
    store.put("a", "1").await.unwrap();
    drop(store);
    assert_eq!(end.await.reason, ExitReason::Normal);
    let (_, store) = open(&path(&scratch)).await;
    assert_eq!(store.get("a").await.unwrap(), Some("1".into()));
}

/// Puts one value after the other until the store is killed, which is when so many have been answered; the number of those
/// that were.
async fn put_until_killed(
    file: FileStoreClient,
    store: StoreClient,
    least: u32,
    value: impl Fn(u32) -> Vec<u8>,
) -> u32 {
    let (enough, is_enough) = oneshot::channel();
    let mut enough = Some(enough);
    let killer = tokio::spawn(async move {
        is_enough.await.unwrap();
        file.kill().await
    });
    let mut answered = 0;
    loop {
        if answered == least
            && let Some(enough) = enough.take()
        {
            enough.send(()).unwrap();
        }
        // It fails once the store is dead, whenever that is: the file is written to meanwhile.
        if store.put("a", value(answered)).await.is_err() {
            break;
        }
        answered += 1;
    }
    killer.await.unwrap().unwrap();
    answered
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_survives_a_kill_in_the_middle() {
    let scratch = Scratch::new().unwrap();
    for round in 0..20 {
        let (file, store) = open(&path(&scratch)).await;
        let before = store.get("a").await.unwrap();
        let value = |number: u32| format!("{number} in round {round}").into_bytes();
        let answered = put_until_killed(file, store, 5 * round, value).await;

        let (file, store) = open(&path(&scratch)).await;
        let found = store.get("a").await.unwrap();
        // The one that was being written may be there or not; the one before it is.
        let last = answered.checked_sub(1).map_or(before, |last| Some(value(last)));
        assert!(found == last || found == Some(value(answered)), "{found:?}: {answered} in round {round}");
        file.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_torn_last_line_is_cut_off() {
    let scratch = Scratch::new().unwrap();
    let (whole, last) = ("put a 1\nput b 2\n", "put a 2%20two\n");
    for length in 0..last.len() {
        fs::write(path(&scratch), format!("{whole}{}", &last[..length])).unwrap();
        let (file, store) = open(&path(&scratch)).await;
        assert_eq!(store.get("a").await.unwrap(), Some("1".into()), "{length}");
        assert_eq!(fs::read_to_string(path(&scratch)).unwrap(), whole);
        store.put("c", "3").await.unwrap();
        file.stop().await.unwrap();
        assert_eq!(fs::read_to_string(path(&scratch)).unwrap(), format!("{whole}put c 3\n"));
    }
    fs::write(path(&scratch), format!("{whole}{last}")).unwrap();
    let (_, store) = open(&path(&scratch)).await;
    assert_eq!(store.get("a").await.unwrap(), Some("2 two".into()));
}

#[tokio::test]
async fn what_no_store_has_written_is_not_touched() {
    let scratch = Scratch::new().unwrap();
    for (text, wrong) in [("hello\n", 1), ("put a 1\n\nput b 2\n", 2), ("put a 1\nput b\nput", 2)] {
        fs::write(path(&scratch), text).unwrap();
        let error = refused(&path(&scratch)).await;
        assert!(matches!(&error, FileError::Damaged { line, .. } if *line == wrong), "{error}");
        assert_eq!(fs::read_to_string(path(&scratch)).unwrap(), text);
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_had_is_an_error_of_init() {
    let scratch = Scratch::new().unwrap();
    let is_system = |error: FileError| matches!(error, FileError::System { task: "open", .. });
    assert!(is_system(refused(scratch.path()).await), "a directory");
    assert!(is_system(refused(&scratch.path().join("none/store")).await), "no directory");
    fs::write(path(&scratch), "").unwrap();
    assert!(is_system(refused(&path(&scratch).join("store")).await), "no directory, but a file");
}

#[cfg(unix)]
#[tokio::test]
async fn a_directory_that_is_not_writable_is_an_error_of_init() {
    use std::os::unix::fs::PermissionsExt as _;

    let scratch = Scratch::new().unwrap();
    let directory = scratch.path().join("read-only");
    fs::create_dir(&directory).unwrap();
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o555)).unwrap();
    // The administrator may write everywhere but where nobody may.
    let is_administrator = fs::write(directory.join("try"), "").is_ok();
    let directory = if is_administrator { Path::new("/proc") } else { &*directory };
    let error = refused(&directory.join("store")).await;
    assert!(matches!(error, FileError::System { task: "open", .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn two_stores_do_not_share_a_file() {
    let scratch = Scratch::new().unwrap();
    let (first, store) = open(&path(&scratch)).await;
    assert!(matches!(refused(&path(&scratch)).await, FileError::InUse { .. }));
    // Also when there is another file in its place by now.
    for value in 0..2_000 {
        store.put("a", value.to_string()).await.unwrap();
    }
    assert!(matches!(refused(&path(&scratch)).await, FileError::InUse { .. }));
    first.stop().await.unwrap();
    let (_, store) = open(&path(&scratch)).await;
    assert_eq!(store.get("a").await.unwrap(), Some("1999".into()));
}

#[tokio::test]
async fn a_log_that_has_grown_long_is_written_anew() {
    let scratch = Scratch::new().unwrap();
    let (file, store) = open(&path(&scratch)).await;
    for value in 0..2_500 {
        store.put((value % 7).to_string(), value.to_string()).await.unwrap();
        assert!(lines(&path(&scratch)) <= 1_000);
    }
    let entries = store.entries().await.unwrap();
    file.stop().await.unwrap();
    let files: Vec<_> = fs::read_dir(scratch.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(files, ["store"]);
    let (_, store) = open(&path(&scratch)).await;
    assert_eq!(store.entries().await.unwrap(), entries);
    assert_eq!(store.get("0").await.unwrap(), Some("2499".into()));
}

#[tokio::test]
async fn a_log_of_many_entries_is_as_long_as_it_has_to_be() {
    let scratch = Scratch::new().unwrap();
    let (_file, store) = open(&path(&scratch)).await;
    put_all(&store, 0..1_500).await;
    // Some more lines than entries are not much longer.
    put_all(&store, 0..1_500).await;
    assert_eq!(lines(&path(&scratch)), 3_000);
}
