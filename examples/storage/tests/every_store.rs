//! What any store does, whichever it is: one suite over all of them, through the one client that they have in common.

use callcast::{CallError, CastError, Swap};
use storage::audit::{AuditClient, Counts};
use storage::memory::MemoryStore;
use storage::protocol::{StoreClient, StoreProtocol};
use storage::which::{Ends, Opened, Which};
use storage::{Scratch, hand_over};
use tokio::task::JoinSet;

/// An empty store.
struct Subject {
    store: StoreClient,
    audit: AuditClient,
    ends: Ends,
    /// Where it has its file, if it has one.
    _scratch: Scratch,
}

impl Subject {
    async fn open(name: &str) -> Self {
        let scratch = Scratch::new().unwrap();
        let path = scratch.path().join("store");
        let which: Which = name.replace("PATH", path.to_str().unwrap()).parse().unwrap();
        let Opened { store, audit, ends } = which.open().await.unwrap();
        Self { store, audit, ends, _scratch: scratch }
    }

    /// In a place whose first store has been swapped for another already.
    async fn swapped(name: &str) -> Self {
        let mut subject = Self::open(name).await;
        let place = Swap::<StoreProtocol>::new(MemoryStore::start().unwrap());
        place.swap(subject.store).await.unwrap();
        subject.store = place.client();
        subject
    }

    /// When nobody has a client of it any more, it ends, and so does what is behind it.
    async fn close(self) {
        let Self { store, audit, ends, _scratch } = self;
        drop((store, audit));
        ends.wait().await.unwrap();
    }

    async fn get(&self, key: &str) -> Option<Vec<u8>> {
        self.store.get(key).await.unwrap()
    }

    async fn put(&self, key: &str, value: impl Into<Vec<u8>>) {
        self.store.put(key, value).await.unwrap();
    }

    async fn keys(&self) -> Vec<String> {
        self.store.keys().await.unwrap()
    }
}

/// Each test as one of each store.
macro_rules! every_store {
    ($($test:ident)*) => {
        every_store!(memory, Subject::open("memory"), $($test)*);
        every_store!(file, Subject::open("file:PATH"), $($test)*);
        every_store!(cached_memory, Subject::open("cached:memory"), $($test)*);
        every_store!(cached_file, Subject::open("cached:file:PATH"), $($test)*);
        every_store!(swap_of_file, Subject::swapped("file:PATH"), $($test)*);
        every_store!(swap_of_cached, Subject::swapped("cached:memory"), $($test)*);
    };
    ($store:ident, $subject:expr, $($test:ident)*) => {
        mod $store {
            use super::Subject;

            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let subject = $subject.await;
                    super::$test(&subject).await;
                    subject.close().await;
                }
            )*
        }
    };
}

every_store! {
    a_key_has_the_value_that_was_put_last
    a_key_that_is_removed_is_gone
    what_is_forgotten_is_gone_for_whoever_asks_behind_it
    a_key_may_be_any_text
    a_value_may_be_any_bytes
    keys_and_entries_come_in_order
    there_may_be_many_keys
    what_is_sent_first_is_done_first
    callers_do_not_disturb_each_other
    reads_and_writes_are_counted
    all_of_it_can_be_handed_over
    one_that_was_stopped_is_gone
}

async fn a_key_has_the_value_that_was_put_last(subject: &Subject) {
    assert_eq!(subject.get("a").await, None);
    for value in ["1", "2", "", "1"] {
        subject.put("a", value).await;
        assert_eq!(subject.get("a").await, Some(value.into()));
    }
    assert_eq!(subject.get("b").await, None);
}

async fn a_key_that_is_removed_is_gone(subject: &Subject) {
    subject.put("a", "1").await;
    subject.put("b", "2").await;
    assert!(subject.store.remove("a").await.unwrap());
    assert!(!subject.store.remove("a").await.unwrap());
    assert_eq!(subject.get("a").await, None);
    assert_eq!(subject.get("b").await, Some("2".into()));
    subject.put("a", "3").await;
    assert_eq!(subject.get("a").await, Some("3".into()));
}

async fn what_is_forgotten_is_gone_for_whoever_asks_behind_it(subject: &Subject) {
    for value in ["1", "2"] {
        subject.put("a", value).await;
        assert_eq!(subject.get("a").await, Some(value.into()));
        subject.store.forget("a").await.unwrap();
        assert_eq!(subject.get("a").await, None);
    }
    subject.store.forget("never there").await.unwrap();
    subject.store.forget("a").await.unwrap();
    subject.put("a", "3").await;
    assert_eq!(subject.get("a").await, Some("3".into()));
}

async fn a_key_may_be_any_text(subject: &Subject) {
    let long = "long ".repeat(2_000);
    let keys = ["", " ", "a b", "two\nlines", "\n", "\r\n", "%41", "A", "put a 1", "žluť", "🦀", "\0", &long];
    for (value, key) in keys.iter().enumerate() {
        subject.put(key, value.to_string()).await;
    }
    for (value, key) in keys.iter().enumerate() {
        assert_eq!(subject.get(key).await, Some(value.to_string().into()), "{key:?}");
    }
    let mut sorted = keys.to_vec();
    sorted.sort_unstable();
    assert_eq!(subject.keys().await, sorted);
}

async fn a_value_may_be_any_bytes(subject: &Subject) {
    let all_bytes: Vec<u8> = (0..=255).collect();
    for value in [all_bytes.clone(), all_bytes.repeat(1_000), b"\n".to_vec(), b"%0a".to_vec(), Vec::new()] {
        subject.put("a", value.clone()).await;
        assert_eq!(subject.store.entries().await.unwrap(), [("a".to_owned(), value.clone())]);
        assert_eq!(subject.get("a").await, Some(value));
    }
}

async fn keys_and_entries_come_in_order(subject: &Subject) {
    assert_eq!(subject.keys().await, [""; 0]);
    for (key, value) in [("b", "2"), ("c", ""), ("a", "1"), ("c", "3"), ("d", "4")] {
        subject.put(key, value).await;
    }
    subject.store.remove("d").await.unwrap();
    let entries = [("a", "1"), ("b", "2"), ("c", "3")];
    assert_eq!(subject.keys().await, entries.map(|(key, _)| key));
    let expected = entries.map(|(key, value)| (key.to_owned(), value.as_bytes().to_vec()));
    assert_eq!(subject.store.entries().await.unwrap(), expected);
    assert_eq!(subject.store.size().await.unwrap(), 3);
}

async fn there_may_be_many_keys(subject: &Subject) {
    // More than a cache remembers.
    for number in 0..2_500 {
        subject.put(&format!("key {number}"), number.to_string()).await;
    }
    for number in 0..2_500 {
        assert_eq!(subject.get(&format!("key {number}")).await, Some(number.to_string().into()));
    }
    assert_eq!(subject.store.size().await.unwrap(), 2_500);
}

async fn what_is_sent_first_is_done_first(subject: &Subject) {
    for round in 0..20 {
        let puts: Vec<_> = (0..20)
            .map(|number| subject.store.put("a", format!("{round} {number}")).send().unwrap())
            .collect();
        let got = subject.store.get("a").send().unwrap();
        let removed = subject.store.remove("a").send().unwrap();
        let got_nothing = subject.store.get("a").send().unwrap();
        assert_eq!(got_nothing.await.unwrap(), None);
        assert!(removed.await.unwrap());
        assert_eq!(got.await.unwrap(), Some(format!("{round} 19").into()));
        for put in puts {
            put.await.unwrap();
        }
    }
}

async fn callers_do_not_disturb_each_other(subject: &Subject) {
    let mut callers = JoinSet::new();
    for caller in 0..8 {
        let store = subject.store.clone();
        callers.spawn(async move {
            for number in 0..100 {
                let (key, value) = (format!("{caller}/{}", number % 10), number.to_string());
                store.put(&*key, &*value).await.unwrap();
                assert_eq!(store.get(key).await.unwrap(), Some(value.into()));
            }
        });
    }
    callers.join_all().await;
    assert_eq!(subject.store.size().await.unwrap(), 80);
    for caller in 0..8 {
        assert_eq!(subject.get(&format!("{caller}/7")).await, Some("97".into()));
    }
}

async fn reads_and_writes_are_counted(subject: &Subject) {
    let counts = async || subject.audit.counts().await.unwrap();
    assert_eq!(counts().await, Counts::default());
    subject.put("a", "1").await;
    subject.store.remove("a").await.unwrap();
    subject.store.remove("a").await.unwrap();
    assert_eq!(counts().await, Counts { reads: 0, writes: 3 });
    for _ in 0..2 {
        assert_eq!(subject.get("a").await, None);
    }
    subject.keys().await;
    subject.store.entries().await.unwrap();
    subject.store.size().await.unwrap();
    assert_eq!(counts().await, Counts { reads: 5, writes: 3 });
    subject.store.forget("a").await.unwrap();
    assert_eq!(counts().await, Counts { reads: 5, writes: 4 });
}

async fn all_of_it_can_be_handed_over(subject: &Subject) {
    for number in 0..10 {
        subject.put(&number.to_string(), "value").await;
    }
    let other: StoreClient = MemoryStore::start().unwrap().into();
    assert_eq!(hand_over(&subject.store, &other).await.unwrap(), 10);
    assert_eq!(other.entries().await.unwrap(), subject.store.entries().await.unwrap());
    // And back.
    subject.store.remove("0").await.unwrap();
    assert_eq!(hand_over(&other, &subject.store).await.unwrap(), 10);
    assert_eq!(subject.store.size().await.unwrap(), 10);
}

async fn one_that_was_stopped_is_gone(subject: &Subject) {
    subject.put("a", "1").await;
    subject.store.stop().await.unwrap();
    assert!(!subject.store.is_alive());
    assert!(matches!(subject.store.get("a").await, Err(CallError::NoProc)));
    assert!(matches!(subject.store.put("a", "2").await, Err(CallError::NoProc)));
    assert_eq!(subject.store.forget("a").await, Err(CastError::NoProc));
    assert_eq!(subject.audit.counts().await, Err(CallError::NoProc));
}
