//! TK-E: `task_test.exs`, `async_stream` of which a part is read.

use callcast::TaskHandle;
use futures_util::stream::{self, Stream, StreamExt as _};

use crate::support::{Closes, Live, Log, has_boomed, run, slow, until, within};

/// Tasks without an end to their number, each of which has a guard; where it says so, all of them panic.
fn endless(live: &Live, first: u64, fails: bool) -> impl Stream<Item = TaskHandle<u64>> + use<'_> {
    stream::iter(0_u64..).map(move |n| {
        run(live.guard().held_by(async move {
            slow(first.saturating_sub(10 * n)).await;
            assert!(!fails, "boom");
            n
        }))
    })
}

/// The ways of the first: at once, or after all others.
const FIRSTS: [u64; 2] = [0, 40];

#[tokio::test(start_paused = true)]
async fn tk_e_87_so_much_of_the_input() {
    let live = Live::default();
    for first in FIRSTS {
        let values = endless(&live, first, false).take(4).buffered(4).map(|value| value.expect("it ends"));
        assert_eq!(within(values.collect::<Vec<_>>()).await, [0, 1, 2, 3]);
        let found: Vec<_> = within(endless(&live, first, true).take(4).buffered(4).collect()).await;
        assert!(found.len() == 4 && found.iter().all(has_boomed), "{found:?}");
    }
    until(|| live.count() == 0).await;
}

#[tokio::test(start_paused = true)]
async fn tk_e_88_so_much_of_the_output_and_the_others_are_cancelled() {
    let live = Live::default();
    for first in FIRSTS {
        let values = endless(&live, first, false).buffered(4).take(4).map(|value| value.expect("it ends"));
        assert_eq!(within(values.collect::<Vec<_>>()).await, [0, 1, 2, 3]);
        until(|| live.count() == 0).await;
        let found: Vec<_> = within(endless(&live, first, true).buffered(4).take(4).collect()).await;
        assert!(found.len() == 4 && found.iter().all(has_boomed), "{found:?}");
        until(|| live.count() == 0).await;
    }
    // Those that never end as well.
    let mut stream = Box::pin(stream::iter([0, 1, 1, 1]).map(|n| run(either(n, &live))).buffered(4));
    assert_eq!(within(stream.next()).await, Some(Ok(7)));
    assert_eq!(live.count(), 3);
    drop(stream);
    until(|| live.count() == 0).await;
}

/// Ends at once, or never.
fn either(n: u32, live: &Live) -> impl Future<Output = u32> + Send + use<> {
    let sleeper = live.sleeper();
    async move { if n == 0 { 7 } else { sleeper.await } }
}

#[tokio::test(start_paused = true)]
async fn tk_e_89_what_the_streams_hold_is_given_back_at_the_end() {
    let log = Log::default();
    for most in [2, 9] {
        let resource = Closes(log.clone(), "the input is closed");
        let inputs = stream::iter(1..=4).map(move |n| {
            let _held = &resource;
            n
        });
        let output = Closes(log.clone(), "the output is closed");
        let (at, till) = (log.clone(), log.clone());
        let tasks = inputs.map(move |n| {
            at.push(format!("task {n}"));
            run(slow(n))
        });
        let values = tasks.buffered(1).take(most).map(move |value| {
            let _held = &output;
            till.push(format!("value {}", value.expect("it ends")));
        });
        within(values.collect::<()>()).await;
        let mut expected: Vec<_> =
            (1..=most.min(4)).flat_map(|n| [format!("task {n}"), format!("value {n}")]).collect();
        expected.extend(["the input is closed".to_owned(), "the output is closed".to_owned()]);
        let mut found = log.take();
        // The order of the two is that of the fields of what `futures` has for that.
        let closed = found.len() - 2;
        found[closed..].sort();
        assert_eq!(found, expected);
    }
}
