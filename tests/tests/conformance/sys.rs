//! SY-O: OTP's tests of `sys`.

use std::panic::AssertUnwindSafe;

use callcast::prelude::*;
use callcast::{Name, Status, TraceEvent};
use futures_util::FutureExt as _;

use crate::support::{Log, ms, within, worker};

#[derive(Clone, Debug, PartialEq)]
struct Cell {
    value: u32,
}

#[agent]
impl Cell {
    #[init]
    fn new(value: u32) -> Self {
        Self { value }
    }

    #[call]
    fn set(&mut self, value: u32) -> u32 {
        std::mem::replace(&mut self.value, value)
    }
}

fn line(event: &TraceEvent) -> String {
    match event {
        TraceEvent::Handling { handler } => format!("got {handler}"),
        TraceEvent::Handled { handler, .. } => format!("done with {handler}"),
        TraceEvent::Replied => "sent".to_owned(),
        other => format!("{other:?}"),
    }
}

const ONE_CALL: [&str; 3] = ["got echo", "sent", "done with echo"];

/// There is no file of its own: whoever reads a trace writes it where he likes.
#[tokio::test(start_paused = true)]
async fn sy_o_02_a_trace_can_be_written_down_while_it_goes_on() {
    let (worker, _) = worker().await;
    let (mut trace, file) = (worker.sys().trace(), Log::default());
    let writer = tokio::spawn({
        let file = file.clone();
        async move {
            while let Some(event) = trace.next().await {
                file.push(line(&event));
            }
        }
    });
    assert_eq!(worker.echo(1).await, Ok(1));
    within(worker.stop()).await.unwrap();
    within(writer).await.unwrap();
    assert_eq!(file.lines(), ONE_CALL);
}

#[tokio::test(start_paused = true)]
async fn sy_o_03_statistics_count_while_they_are_on() {
    let (worker, _) = worker().await;
    worker.sys().start_statistics();
    worker.echo(1).await.unwrap();
    let counted = worker.sys().statistics().expect("they are on");
    assert_eq!((counted.handled, counted.replies), (1, 1));
    worker.sys().stop_statistics();
    assert!(worker.sys().statistics().is_none());
    assert_eq!(status(worker.id()), Some(Status::Running));
}

#[tokio::test(start_paused = true)]
async fn sy_o_04_a_trace_shows_a_message_and_its_reply() {
    let (worker, _) = worker().await;
    let mut trace = worker.sys().trace();
    worker.echo(1).await.unwrap();
    for expected in ONE_CALL {
        assert_eq!(line(&within(trace.next()).await.expect("it lives")), expected);
    }
    assert!(trace.next().now_or_never().is_none(), "nothing else has happened");
}

fn status(id: Option<callcast::ServerId>) -> Option<Status> {
    callcast::observe().into_iter().find(|server| Some(server.id) == id).map(|server| server.status)
}

#[tokio::test(start_paused = true)]
async fn sy_o_05_calls_time_out_while_a_server_is_suspended() {
    let (worker, _) = worker().await;
    for _ in 0..2 {
        assert_eq!(within(worker.sys().suspend()).await, Ok(()));
        assert_eq!(worker.echo(1).timeout(ms(20)).await, Err(CallError::Timeout { started: false }));
        assert_eq!(status(worker.id()), Some(Status::Suspended));
    }
    for _ in 0..2 {
        assert_eq!(within(worker.sys().resume()).await, Ok(()));
        assert_eq!(worker.echo(2).await, Ok(2));
        assert_eq!(status(worker.id()), Some(Status::Running));
    }
}

/// A debug function is a trace here, and who installs two has two.
#[tokio::test(start_paused = true)]
async fn sy_o_06_each_trace_sees_everything_until_it_is_dropped() {
    let (worker, _) = worker().await;
    let (mut first, second) = (worker.sys().trace(), worker.sys().trace());
    worker.echo(1).await.unwrap();
    drop(second);
    worker.note("x").await.unwrap();
    worker.echo(2).await.unwrap();
    let expected = [&ONE_CALL[..], &["got note", "done with note"], &ONE_CALL].concat();
    for expected in expected {
        assert_eq!(line(&within(first.next()).await.expect("it lives")), expected);
    }
    drop(first);
    let mut late = worker.sys().trace();
    worker.echo(3).await.unwrap();
    assert_eq!(
        line(&within(late.next()).await.expect("it lives")),
        ONE_CALL[0],
        "what was before is not seen"
    );
}

/// What is no `gen_server` is an agent here: it has no loop of its own, and the same can be asked of it.
#[tokio::test(start_paused = true)]
async fn sy_o_08_an_agent_answers_as_a_server_does() {
    static NAME: Name<Cell> = Name::new("sy-o-08");
    let cell = Cell::spec(1).name(&NAME).start().unwrap();
    cell.sys().start_statistics();
    let mut trace = cell.sys().trace();
    cell.set(2).await.unwrap();
    let counted = cell.sys().statistics().expect("they are on");
    assert_eq!((counted.handled, counted.replies), (1, 1));
    assert_eq!(within(trace.next()).await, Some(TraceEvent::Handling { handler: "set" }));

    assert_eq!(within(cell.sys().state()).await, Ok(Cell { value: 2 }));
    let old = within(cell.sys().replace_state(|old| Cell { value: old.value + 10 })).await;
    assert_eq!(old, Ok(Cell { value: 2 }));
    let failed = AssertUnwindSafe(cell.sys().replace_state(|_| panic!("not this one"))).catch_unwind();
    assert!(within(failed).await.is_err(), "the panic is its caller's");
    assert_eq!(cell.set(0).await, Ok(12));

    let monitor = cell.monitor();
    assert_eq!(within(cell.sys().terminate(ExitReason::Normal)).await, Ok(ExitReason::Normal));
    assert_eq!(within(monitor).await.reason, ExitReason::Normal);
    assert!(NAME.whereis().is_none());
}
