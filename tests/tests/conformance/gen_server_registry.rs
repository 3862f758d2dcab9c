//! What OTP does by a `via` name or across nodes: here by a registry, and by groups.

use std::time::Duration;

use callcast::prelude::*;
use callcast::{Groups, Registry};

/// Answers, keeps silent, or ends; it may be linked to others.
struct Member {
    heard: u32,
}

#[server]
impl Member {
    #[init]
    fn new() -> Self {
        Self { heard: 0 }
    }

    #[call]
    fn heard(&self) -> u32 {
        self.heard
    }

    #[call]
    async fn never(&self) {
        std::future::pending::<()>().await;
    }

    #[call]
    async fn start_linked(&self, members: Registry<&'static str, Self>, ctx: &mut Context<Self>) -> bool {
        ctx.start_link(Self::spec().register(&members, "linked")).await.is_ok()
    }

    #[cast]
    fn hear(&mut self) {
        self.heard += 1;
    }

    #[cast]
    fn end(&mut self, ctx: &mut Context<Self>) {
        ctx.stop(ExitReason::Normal);
    }
}

async fn member() -> MemberClient {
    Member::start().await.unwrap()
}

/// A group of five.
async fn five() -> (Groups<&'static str, Member>, Vec<MemberClient>) {
    let (groups, mut members) = (Groups::new(), Vec::new());
    for _ in 0..5 {
        let member = member().await;
        groups.join(&member, "five").unwrap();
        members.push(member);
    }
    (groups, members)
}

#[tokio::test(start_paused = true)]
async fn gs_e_03_a_server_that_is_started_under_a_key_answers_by_it() {
    let members = Registry::unique();
    let started = Member::spec().register(&members, "key").start().await.unwrap();
    let found = members.lookup("key").unwrap();
    assert_eq!(found.id(), started.id());
    assert_eq!(found.heard().await, Ok(0));
}

#[tokio::test(start_paused = true)]
async fn gs_e_15_a_cast_goes_to_every_member_and_the_dead_are_passed_over() {
    let (groups, members) = five().await;
    members[0].kill().await.unwrap();
    groups.cast_all("five", MemberClient::hear).await;
    for member in &members[1..] {
        assert_eq!(member.heard().await, Ok(1));
    }
}

#[tokio::test(start_paused = true)]
async fn gs_e_16_a_call_to_all_is_split_into_answers_and_failures() {
    let (groups, members) = five().await;
    members[0].sys().suspend().await.unwrap();
    let answers = groups.call_all("five", MemberClient::heard).await;
    assert_eq!((answers.ok.len(), answers.failed.len()), (4, 1));
    assert_eq!(answers.failed[0].0, members[0].id().unwrap());
}

#[tokio::test(start_paused = true)]
async fn gs_o_13_a_key_is_taken_free_and_linked_as_a_name_is() {
    let members = Registry::unique();
    let first = Member::spec().register(&members, "key").start().await.unwrap();
    let second = Member::spec().register(&members, "key").start().await;
    assert!(matches!(second, Err(StartError::AlreadyStarted(id)) if Some(id) == first.id()));
    first.stop().await.unwrap();
    assert!(members.lookup("key").is_none());
    Member::spec().register(&members, "key").start().await.unwrap();

    let starter = member().await;
    assert!(starter.start_linked(members.clone()).await.unwrap());
    let linked = members.lookup("linked").unwrap();
    assert!(!starter.start_linked(members.clone()).await.unwrap(), "it is taken");
    assert!(starter.is_alive(), "a start that fails leaves no exit behind");
    let monitor = starter.monitor();
    linked.kill().await.unwrap();
    assert_eq!(monitor.await.reason, ExitReason::Killed);
    assert!(members.lookup("linked").is_none());
}

#[tokio::test(start_paused = true)]
async fn gs_o_20_a_server_is_stopped_by_its_key_once() {
    let members = Registry::unique();
    Member::spec().register(&members, "key").start().await.unwrap();
    let found = members.lookup("key").unwrap();
    found.stop().await.unwrap();
    assert_eq!(found.stop().await, Err(callcast::StopError::NoProc));
    assert!(members.lookup("key").is_none());
}

#[tokio::test(start_paused = true)]
async fn gs_o_55_a_cast_to_all_is_handled_by_all_one_that_stops_them_as_well() {
    let (groups, members) = five().await;
    assert_eq!(groups.cast_all("five", MemberClient::hear).await.ok.len(), 5);
    for member in &members {
        assert_eq!(member.heard().await, Ok(1));
    }
    let monitors: Vec<_> = members.iter().map(|member| member.monitor()).collect();
    groups.cast_all("five", MemberClient::end).await;
    for monitor in monitors {
        assert_eq!(monitor.await.reason, ExitReason::Normal);
    }
    assert!(groups.members("five").is_empty());
}

#[tokio::test(start_paused = true)]
async fn gs_o_57_a_member_that_ends_meanwhile_has_failed_and_the_others_have_not() {
    let (groups, members) = five().await;
    let begun = tokio::time::Instant::now();
    let calls = groups.call_all("five", |member| member.never().timeout(Duration::from_secs(1)));
    let killed = members[2].id().unwrap();
    let (answers, _) = tokio::join!(calls, members[2].kill());
    assert_eq!((answers.ok.len(), answers.failed.len()), (0, 5));
    for (id, error) in answers.failed {
        if id == killed {
            assert!(matches!(error, CallError::Exit { reason: ExitReason::Killed, .. }), "{error:?}");
        } else {
            assert_eq!(error, CallError::Timeout { started: true });
        }
    }
    assert!(begun.elapsed() <= Duration::from_millis(1_001));
}

#[tokio::test(start_paused = true)]
async fn gs_o_58_a_call_to_all_takes_as_long_as_one_and_leaves_nothing_behind() {
    let (groups, members) = five().await;
    assert_eq!(groups.call_all("five", MemberClient::heard).await.ok.len(), 5);

    members[0].sys().suspend().await.unwrap();
    members[1].kill().await.unwrap();
    let begun = tokio::time::Instant::now();
    let limit = Duration::from_millis(100);
    let answers = groups.call_all("five", |member| member.heard().timeout(limit)).await;
    assert_eq!((answers.ok.len(), answers.failed.len()), (3, 1), "the dead is no member any more");
    assert!(begun.elapsed() <= limit + Duration::from_millis(1), "all have the same limit");

    members[0].sys().resume().await.unwrap();
    assert_eq!(members[0].heard().await, Ok(0));
    assert_eq!(members[0].load().queued, 0, "nobody waits for the first call, and it is not run");
}
