//! TK-E: `task_test.exs`, `async_stream`: handles are futures, so `buffered` and `buffer_unordered` are what there is to it.

use std::time::Duration;

use callcast::prelude::*;
use futures_util::stream::{self, Stream, StreamExt as _};
use tokio::time::Instant;

use crate::support::{
    Boss, Live, Why, boom, has_boomed, is_boom, limited, ms, run, secs, slow, until, within,
};

#[tokio::test(start_paused = true)]
async fn tk_e_72_the_order_may_be_that_of_the_ends() {
    for (at_a_time, expected) in [(1, [40, 10, 30, 20]), (4, [10, 20, 30, 40])] {
        let tasks = stream::iter([40, 10, 30, 20]).map(|millis| run(slow(millis)));
        let values = tasks.buffer_unordered(at_a_time).map(|value| value.expect("it ends"));
        assert_eq!(within(values.collect::<Vec<_>>()).await, expected, "{at_a_time}");
    }
}

#[tokio::test(start_paused = true)]
async fn tk_e_73_those_that_are_slow_are_killed_and_the_others_have_values() {
    let live = Live::default();
    let tasks = stream::iter([100, 10, 50, 1]).map(|millis| run(live.guard().held_by(slow(millis))));
    let values = tasks.map(|task| limited(ms(20), task)).buffer_unordered(4);
    let before = Instant::now();
    let found: Vec<_> = within(values.collect()).await;
    assert_eq!(found, [Ok(1), Ok(10), Err(Why::Timeout), Err(Why::Timeout)]);
    assert_eq!(before.elapsed(), ms(20));
    until(|| live.count() == 0).await;
}

#[tokio::test(start_paused = true)]
async fn tk_e_74_there_need_be_no_limit() {
    let tasks = stream::iter([2, 86_000_000, 1]).map(|millis| run(slow(millis)));
    let values = tasks.map(|task| limited(Duration::MAX, task)).buffer_unordered(4);
    assert_eq!(within(values.collect::<Vec<_>>()).await, [Ok(1), Ok(2), Ok(86_000_000)]);
}

#[tokio::test(start_paused = true)]
async fn tk_e_77_the_tasks_of_a_stream_know_who_has_started_them() {
    let boss = Boss::start().await.expect("it starts");
    let chains = within(boss.parents(5)).await.expect("it answers");
    assert_eq!(chains.len(), 5);
    for (grandparent, parent, child) in chains {
        assert_eq!(Some(grandparent), boss.id());
        assert!(grandparent != parent && parent != child);
    }
}

#[tokio::test(start_paused = true)]
async fn tk_e_79_an_input_that_halts_is_read_to_its_end() {
    let halting = stream::iter(4..).scan((), |(), n| std::future::ready((n < 7).then_some(n)));
    let tasks = stream::iter(1..=3).chain(halting).map(|millis| run(slow(millis)));
    let values = tasks.buffered(2).map(|value| value.expect("it ends"));
    assert_eq!(within(values.collect::<Vec<_>>()).await, [1, 2, 3, 4, 5, 6]);
}

/// What a stream of tasks gives of four inputs, so many at a time.
async fn values_of(inputs: [u64; 4], at_a_time: usize) -> Vec<u64> {
    let tasks = stream::iter(inputs).map(|millis| run(slow(millis)));
    within(tasks.buffered(at_a_time).map(|value| value.expect("it ends")).collect()).await
}

#[tokio::test(start_paused = true)]
async fn tk_e_80_the_values_are_in_the_order_of_the_inputs() {
    for (at_a_time, takes) in [(1, 10), (2, 6), (4, 4), (9, 4)] {
        let before = Instant::now();
        assert_eq!(values_of([1, 2, 3, 4], at_a_time).await, [1, 2, 3, 4], "{at_a_time}");
        assert_eq!(before.elapsed(), ms(takes), "{at_a_time}");
    }
}

#[tokio::test(start_paused = true)]
async fn tk_e_82_the_slowest_may_be_the_first() {
    let before = Instant::now();
    assert_eq!(values_of([40, 30, 20, 10], 4).await, [40, 30, 20, 10]);
    assert_eq!(before.elapsed(), ms(40));
}

#[tokio::test(start_paused = true)]
async fn tk_e_81_tk_e_85_nothing_is_left_of_a_stream_that_was_read_to_its_end() {
    let live = Live::default();
    for fails in [false, true] {
        let tasks = stream::iter(1..=9).map(|millis| {
            run(live.guard().held_by(async move {
                slow(millis).await;
                assert!(!fails, "boom");
            }))
        });
        let mut ids = Vec::new();
        let tasks = tasks.inspect(|task| ids.push(task.id()));
        assert_eq!(
            within(tasks.buffered(3).filter(|end| std::future::ready(end.is_err() == fails)).count()).await,
            9
        );
        until(|| live.count() == 0).await;
        assert_eq!(ids.len(), 9);
        until(|| callcast::observe().iter().all(|server| !ids.contains(&server.id))).await;
    }
}

#[tokio::test(start_paused = true)]
async fn tk_e_83_one_that_fails_is_an_item_and_the_others_go_on() {
    let odd = async |n: u64| {
        slow(10 - n).await;
        assert!(n.is_multiple_of(2), "boom");
        n
    };
    let tasks = stream::iter(1..=4).map(|n| run(odd(n)));
    let found: Vec<_> = within(tasks.buffered(2).collect()).await;
    let [first, second, third, fourth] = &found[..] else { panic!("{found:?}") };
    assert!(has_boomed(first) && has_boomed(third), "{found:?}");
    assert_eq!((second, fourth), (&Ok(2), &Ok(4)));
}

/// A stream of tasks, two at a time; where it says so, all of them panic.
fn doubled(inputs: [u64; 4], fails: bool) -> impl Stream<Item = Result<u64, Why>> {
    let tasks = stream::iter(inputs).map(move |millis| {
        run(async move {
            slow(millis).await;
            assert!(!fails, "boom");
            2 * millis
        })
    });
    tasks.map(|task| limited(secs(1), task)).buffered(2)
}

#[tokio::test(start_paused = true)]
async fn tk_e_86_two_streams_go_in_lock_step() {
    for inputs in [[1, 2, 3, 4], [40, 30, 20, 10]] {
        let pairs: Vec<_> = within(doubled(inputs, false).zip(doubled(inputs, false)).collect()).await;
        assert_eq!(pairs, inputs.map(|n| (Ok(2 * n), Ok(2 * n))));
    }
    let pairs: Vec<_> = within(doubled([1; 4], true).zip(doubled([1; 4], true)).collect()).await;
    assert_eq!(pairs.len(), 4);
    for pair in pairs {
        let (Err(Why::Ended(first)), Err(Why::Ended(second))) = &pair else { panic!("{pair:?}") };
        assert!(is_boom(first) && is_boom(second), "{pair:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn tk_e_91_tk_e_92_an_error_may_carry_its_input() {
    let with_input = |limit| {
        move |n: u64| async move {
            let task = run(async move {
                slow(n).await;
                boom().await
            });
            limited(limit, task).await.map_err(|why| (n, why))
        }
    };
    let found: Vec<_> = within(stream::iter([50, 60]).map(with_input(ms(20))).buffered(2).collect()).await;
    assert_eq!(found, [Err((50, Why::Timeout)), Err((60, Why::Timeout))]);
    // And with a limit to the output.
    let endless = stream::iter(1..).map(with_input(secs(1))).buffered(2).take(3);
    let found: Vec<_> = within(endless.collect()).await;
    let inputs: Vec<_> = found
        .iter()
        .map(|found| match found {
            Err((n, Why::Ended(reason))) if is_boom(reason) => *n,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(inputs, [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn the_reason_of_each_item_is_its_own() {
    let supervisor = crate::support::tasks().await;
    let one = crate::support::ended_from_outside(&supervisor).await;
    let found: Vec<_> = within(stream::iter([one, run(async { 1 })]).buffered(2).collect()).await;
    assert_eq!(found, [Err(crate::support::without_value(ExitReason::Shutdown)), Ok(1)]);
}
