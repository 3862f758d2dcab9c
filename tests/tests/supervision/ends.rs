//! DS-E, SV-O: how children are stopped.

use callcast::prelude::*;
use callcast::{ChildError, Restart, Shutdown, Supervisor, SupervisorClient};
use futures_util::{FutureExt as _, future};
use tokio::time::Instant;

use crate::support::{
    End, KidClient, Log, Script, Way, a_while, add, counts, dynamic, kid, ms, script, secs, shutdown_with,
    start, stop, until, within,
};

/// Stops a supervisor, and says why its children ended.
async fn reasons(supervisor: &SupervisorClient, children: &[KidClient]) -> Vec<ExitReason> {
    let monitors: Vec<_> = children.iter().map(|child| child.monitor()).collect();
    assert_eq!(within(supervisor.stop_with(ExitReason::Shutdown)).await, Ok(ExitReason::Shutdown));
    let mut reasons = Vec::new();
    for monitor in monitors {
        reasons.push(within(monitor).await.reason);
    }
    reasons
}

/// A dynamic supervisor with a child for each of these.
async fn with_children(shutdowns: &[Shutdown]) -> (SupervisorClient, Vec<KidClient>, Vec<Script>) {
    let (supervisor, log) = (dynamic().await, Log::default());
    let (mut children, mut scripts) = (Vec::new(), Vec::new());
    for (number, shutdown) in shutdowns.iter().enumerate() {
        let script = script(format!("{number}"), &log);
        children.push(add(&supervisor, script.spec().shutdown(*shutdown)).await);
        scripts.push(script);
    }
    (supervisor, children, scripts)
}

#[tokio::test(start_paused = true)]
async fn ds_e_27_children_with_hardly_any_time_end() {
    let (supervisor, log) = (dynamic().await, Log::default());
    for shutdown in [ms(0), ms(1)].into_iter().flat_map(|time| [Shutdown::After(time), Shutdown::Drain(time)])
    {
        let child =
            add(&supervisor, script("a", &log).spec().restart(Restart::Temporary).shutdown(shutdown)).await;
        let ended = within(child.stop_with(ExitReason::Shutdown)).await;
        assert_eq!(ended, Ok(ExitReason::Shutdown), "{shutdown:?}");
        until(&supervisor, <[_]>::is_empty).await;
    }
    assert_eq!(counts(&supervisor).await, [0; 4]);
}

#[tokio::test(start_paused = true)]
async fn ds_e_29_children_that_are_to_be_killed_are_killed() {
    let (supervisor, children, _) = with_children(&[Shutdown::Kill; 3]).await;
    assert_eq!(reasons(&supervisor, &children).await, vec![ExitReason::Killed; 3]);
}

#[tokio::test(start_paused = true)]
async fn ds_e_30_children_with_all_the_time_end_by_shutdown() {
    let (supervisor, children, scripts) = with_children(&[Shutdown::Infinity; 3]).await;
    for script in scripts {
        script.ends(End::Takes(secs(3_600)));
    }
    assert_eq!(reasons(&supervisor, &children).await, vec![ExitReason::Shutdown; 3]);
}

/// Has children that are about to stop by themselves when their supervisor stops.
async fn their_own_reasons(shutdown: Shutdown, own: &ExitReason) -> Vec<Script> {
    let (supervisor, children, scripts) = with_children(&[shutdown; 3]).await;
    for child in &children {
        child.work(ms(100)).send().expect("there is room").detach();
        child.end(own.clone()).send().expect("there is room");
    }
    assert_eq!(reasons(&supervisor, &children).await, vec![own.clone(); 3]);
    a_while().await;
    scripts
}

#[tokio::test(start_paused = true)]
async fn ds_e_31_the_reason_that_a_child_gives_itself_while_it_drains_for_ever_stays() {
    their_own_reasons(Shutdown::Infinity, &shutdown_with("oops")).await;
}

#[tokio::test(start_paused = true)]
async fn ds_e_32_children_with_enough_time_end_by_shutdown() {
    let (supervisor, children, scripts) = with_children(&[Shutdown::After(secs(1)); 3]).await;
    for script in scripts {
        script.ends(End::Takes(ms(900)));
    }
    assert_eq!(reasons(&supervisor, &children).await, vec![ExitReason::Shutdown; 3]);
}

#[tokio::test(start_paused = true)]
async fn ds_e_33_the_reason_that_a_child_gives_itself_while_it_drains_stays() {
    their_own_reasons(Shutdown::Drain(secs(1)), &shutdown_with("oops")).await;
}

#[tokio::test(start_paused = true)]
async fn ds_e_35_permanent_children_that_end_during_the_stop_do_not_come_back() {
    for script in their_own_reasons(Shutdown::Infinity, &ExitReason::Normal).await {
        assert_eq!(script.starts(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn ds_e_36_each_child_is_stopped_as_its_own_spec_says() {
    let (supervisor, children, _) =
        with_children(&[Shutdown::Infinity, Shutdown::Kill, Shutdown::Infinity, Shutdown::Kill]).await;
    let [shutdown, killed] = [ExitReason::Shutdown, ExitReason::Killed];
    let expected = [shutdown.clone(), killed.clone(), shutdown, killed];
    assert_eq!(reasons(&supervisor, &children).await, expected);
}

async fn terminated(shutdown: Shutdown, expected: ExitReason) {
    let (supervisor, children, scripts) = with_children(&[shutdown]).await;
    let id = children[0].id().expect("it runs");
    let monitor = children[0].monitor();
    assert_eq!(within(supervisor.terminate_child(id)).await, Ok(()));
    assert_eq!(within(monitor).await.reason, expected);
    assert_eq!(within(supervisor.terminate_child(id)).await, Err(CallError::Handler(ChildError::NotFound)));
    assert_eq!(counts(&supervisor).await, [0; 4]);
    assert_eq!(within(children[0].count()).await, Err(CallError::NoProc));
    a_while().await;
    assert_eq!(scripts[0].starts(), 1);
    stop(&supervisor).await;
}

#[tokio::test(start_paused = true)]
async fn ds_e_37_a_child_that_is_to_be_killed_is_terminated_and_forgotten() {
    terminated(Shutdown::Kill, ExitReason::Killed).await;
}

#[tokio::test(start_paused = true)]
async fn ds_e_38_a_child_with_time_to_end_is_terminated_and_forgotten() {
    terminated(Shutdown::After(secs(1)), ExitReason::Shutdown).await;
    terminated(Shutdown::Drain(secs(1)), ExitReason::Shutdown).await;
}

#[tokio::test(start_paused = true)]
async fn sv_o_17_of_two_children_the_deaf_one_is_killed_after_its_time() {
    let log = Log::default();
    let [well, deaf] = [script("well", &log), script("deaf", &log).ends(End::Deaf)];
    let time = Shutdown::After(secs(1));
    let specs = Supervisor::one_for_one().child(well.spec().shutdown(time)).child(deaf.spec().shutdown(time));
    let supervisor = start(specs).await;
    let children = ["well", "deaf"].map(|id| kid(&supervisor, id));
    let begin = Instant::now();
    assert_eq!(reasons(&supervisor, &children).await, [ExitReason::Shutdown, ExitReason::Killed]);
    assert_eq!(begin.elapsed(), secs(1));
}

#[tokio::test(start_paused = true)]
async fn sv_o_18_of_two_dynamic_children_the_deaf_one_is_killed_after_its_time() {
    let (supervisor, children, scripts) = with_children(&[Shutdown::After(secs(1)); 2]).await;
    scripts[1].clone().ends(End::Deaf);
    let begin = Instant::now();
    assert_eq!(reasons(&supervisor, &children).await, [ExitReason::Shutdown, ExitReason::Killed]);
    assert_eq!(begin.elapsed(), secs(1));
}

#[tokio::test(start_paused = true)]
async fn sv_o_19_one_that_is_to_be_killed_is_killed_at_once_and_the_other_ends() {
    let log = Log::default();
    let [well, deaf] = [script("well", &log), script("deaf", &log).ends(End::Deaf)];
    let specs = Supervisor::one_for_one().child(well.spec()).child(deaf.spec().shutdown(Shutdown::Kill));
    let supervisor = start(specs).await;
    let children = ["well", "deaf"].map(|id| kid(&supervisor, id));
    let begin = Instant::now();
    assert_eq!(reasons(&supervisor, &children).await, [ExitReason::Shutdown, ExitReason::Killed]);
    assert_eq!(begin.elapsed(), secs(0));
}

#[tokio::test(start_paused = true)]
async fn sv_o_20_ten_dynamic_children_are_killed() {
    let (supervisor, children, scripts) = with_children(&[Shutdown::Kill; 10]).await;
    for script in scripts {
        script.ends(End::Deaf);
    }
    assert_eq!(reasons(&supervisor, &children).await, vec![ExitReason::Killed; 10]);
}

#[tokio::test(start_paused = true)]
async fn sv_o_45_nt_13_dynamic_children_end_side_by_side_and_the_slow_one_is_killed() {
    let (supervisor, children, scripts) = with_children(&[Shutdown::After(secs(2)); 3]).await;
    for (script, time) in scripts.into_iter().zip([1, 1, 5]) {
        script.ends(End::Takes(secs(time)));
    }
    let begin = Instant::now();
    let expected = [ExitReason::Shutdown, ExitReason::Shutdown, ExitReason::Killed];
    assert_eq!(reasons(&supervisor, &children).await, expected);
    assert_eq!(begin.elapsed(), secs(2), "as long as the slowest, which has no more");
}

#[tokio::test(start_paused = true)]
async fn nt_13_no_dynamic_child_has_more_time_because_another_has() {
    let times = [Shutdown::After(secs(1)), Shutdown::Infinity, Shutdown::After(secs(3)), Shutdown::Infinity];
    let (supervisor, children, scripts) = with_children(&times).await;
    for script in scripts {
        script.ends(End::Takes(secs(4)));
    }
    let begin = Instant::now();
    let ends = children.iter().map(|child| {
        let monitor = child.monitor();
        async move { (monitor.await.reason, begin.elapsed()) }
    });
    let (stopped, ends) = within(future::join(supervisor.stop(), future::join_all(ends))).await;
    assert_eq!(stopped, Ok(ExitReason::Normal));
    let [killed, shutdown] = [ExitReason::Killed, ExitReason::Shutdown];
    let expected = [(killed.clone(), 1), (shutdown.clone(), 4), (killed, 3), (shutdown, 4)];
    assert_eq!(ends, expected.map(|(reason, time)| (reason, secs(time))));
}

#[tokio::test(start_paused = true)]
async fn nt_13_dynamic_children_end_in_the_time_of_the_slowest() {
    let (supervisor, children, scripts) = with_children(&[Shutdown::Drain(secs(5)); 4]).await;
    for (script, time) in scripts.into_iter().zip([1, 2, 3, 4]) {
        script.ends(End::Takes(secs(time)));
    }
    let begin = Instant::now();
    assert_eq!(reasons(&supervisor, &children).await, vec![ExitReason::Shutdown; 4]);
    assert_eq!(begin.elapsed(), secs(4));
}

#[tokio::test(start_paused = true)]
async fn sv_o_21_children_that_end_by_themselves_during_the_stop_keep_their_reasons() {
    let log = Log::default();
    let mut specs = Supervisor::one_for_one().max_restarts(0, secs(1));
    let ways = [Way::Normal, Way::Shutdown, Way::Fails, Way::Killed];
    let mut scripts = Vec::new();
    for restart in [Restart::Permanent, Restart::Transient, Restart::Temporary] {
        for way in ways {
            let script = script(format!("{restart:?} {way:?}"), &log);
            specs = specs.child(script.spec().restart(restart));
            scripts.push((script, way));
        }
    }
    let last = script("last", &log).ends(End::Takes(secs(2)));
    let supervisor = start(specs.child(last.spec())).await;
    let children: Vec<_> =
        scripts.iter().map(|(script, way)| (kid(&supervisor, &script.name()), *way)).collect();
    let mut supervisor_ends = supervisor.monitor();
    assert_eq!(supervisor.stop_with(ExitReason::Shutdown).send(), Ok(()));
    tokio::time::sleep(secs(1)).await;
    assert!((&mut supervisor_ends).now_or_never().is_none(), "the last child delays the stop");
    for (child, way) in &children {
        way.end(child).await;
    }
    assert_eq!(within(supervisor_ends).await.reason, ExitReason::Shutdown);
    a_while().await;
    for (script, way) in &scripts {
        assert_eq!(script.starts(), 1, "{way:?}");
    }
}
