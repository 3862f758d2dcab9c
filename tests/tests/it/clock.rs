//! Time: the monotonic clock, which nobody sets, and which a paused runtime holds.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use callcast::prelude::*;
use tokio::time::{Instant, advance};

use crate::support::{LONG, Log, settle};

/// All sources of the library.
pub(crate) fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).expect("it is there") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("it is text");
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder), &mut found);
    assert!(found.len() > 10, "{folder} has sources");
    found
}

#[test]
fn p73_nothing_in_the_library_looks_at_the_time_of_day() {
    for (path, text) in sources("runtime/src") {
        for (number, line) in text.lines().enumerate() {
            assert!(
                !line.contains("SystemTime") && !line.contains("UNIX_EPOCH"),
                "{}:{}",
                path.display(),
                number + 1
            );
        }
    }
}

/// Ticks, and notes when.
struct Ticker(Log<u64>, Instant);

#[server]
impl Ticker {
    #[init]
    fn new(log: Log<u64>) -> Self {
        Self(log, Instant::now())
    }

    #[every("10s")]
    fn tick(&mut self) {
        self.0.push(self.1.elapsed().as_secs());
    }

    #[call]
    fn hold(&mut self, reply: ReplyTo<()>, ctx: &mut Context<Self>) {
        ctx.reply_with(reply, std::future::pending());
    }
}

/// What a machine that was asleep for hours meets: the time that has passed, in one step.
#[tokio::test(start_paused = true)]
async fn p73_after_a_jump_of_hours_ticks_are_skipped_and_deadlines_have_passed() {
    let log = Log::default();
    let ticker = Ticker::start(log.clone()).await.unwrap();
    let call = ticker.hold().timeout(Duration::from_mins(1)).send().unwrap();
    settle().await;
    advance(Duration::from_secs(5 * 3_600 + 3)).await;
    settle().await;
    assert_eq!(log.take(), [5 * 3_600 + 3], "one tick, and none for each that was missed");
    assert_eq!(crate::support::at_once(call).await, Err(CallError::Timeout { started: true }));
    advance(Duration::from_secs(7)).await;
    settle().await;
    assert_eq!(log.take(), [5 * 3_600 + 10], "and on in step");
    assert!(ticker.is_alive());
}

/// Casts to itself; what it casts has its state for a while that no paused clock knows of.
struct Echo;

#[agent]
impl Echo {
    #[init]
    const fn new() -> Self {
        Self
    }

    #[cast]
    fn shout(&mut self, me: EchoClient, entered: mpsc::Sender<()>, is_over: mpsc::Receiver<()>) {
        me.hear(entered, is_over).send().unwrap();
    }

    /// Returns when it is over; else after long enough for a clock that does not wait to go on.
    #[cast]
    fn hear(&mut self, entered: mpsc::Sender<()>, is_over: mpsc::Receiver<()>) {
        entered.send(()).unwrap();
        let _ = is_over.recv_timeout(Duration::from_millis(50));
    }

    #[call]
    fn get(&self) -> u32 {
        1
    }
}

#[tokio::test(start_paused = true)]
async fn a_paused_clock_waits_for_what_an_agent_has_cast_to_itself() {
    let echo = Echo::start().unwrap();
    let (entered, has_entered) = mpsc::channel();
    let (over, is_over) = mpsc::channel();
    echo.shout(echo.clone(), entered, is_over).await.unwrap();
    has_entered.recv_timeout(LONG).unwrap();
    let began = Instant::now();
    let got = echo.get().await;
    let _ = over.send(());
    assert_eq!((got, began.elapsed()), (Ok(1), Duration::ZERO));
}
