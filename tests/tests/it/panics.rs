//! Panics, in whatever code of a user's: this server ends, everything else goes on.

use std::panic::panic_any;

use callcast::prelude::*;

use crate::support::{Bomb, Door, Log, at_once, block_on, door, is_panic, settle, within, worker};

/// A server, and what it carries that may go off.
struct Fragile {
    _state: Option<Bomb>,
    log: Log<String>,
}

#[server]
impl Fragile {
    #[init]
    const fn new(state: Option<Bomb>, log: Log<String>) -> Self {
        Self { _state: state, log }
    }

    #[call]
    const fn get(&self) -> u32 {
        1
    }

    #[call]
    async fn after_await(&mut self) -> u32 {
        tokio::task::yield_now().await;
        panic!("after an await")
    }

    #[call]
    fn payload(&self) -> u32 {
        panic_any(Bomb::armed())
    }

    #[call]
    fn formatted(&self, n: u32) -> u32 {
        panic!("number {n}")
    }

    #[call]
    fn take(&self, bomb: Bomb) -> u32 {
        drop(bomb);
        1
    }

    #[cast]
    fn note(&mut self, _bomb: Bomb) {}

    #[call]
    async fn reply(&self, door: Door) -> Bomb {
        door.pass().await;
        Bomb::armed()
    }

    #[cast]
    async fn block(&self, door: Door) {
        door.pass().await;
    }

    #[cast]
    fn boom(&mut self) {
        panic!("a cast")
    }

    #[call]
    fn boom_in_info(&self, ctx: &mut Context<Self>) {
        ctx.next(FragileInfo::info());
    }

    #[call]
    fn boom_in_job(&self, ctx: &mut Context<Self>) {
        ctx.spawn(async { panic!("a future") }, |()| FragileInfo::info());
    }

    #[call]
    fn boom_in_reply_with(&self, reply: ReplyTo<u32>, ctx: &mut Context<Self>) {
        ctx.reply_with(reply, async { panic!("a reply") });
    }

    #[call]
    fn boom_in_blocking(&self, ctx: &mut Context<Self>) {
        ctx.blocking(|| panic!("a closure"), |()| FragileInfo::info());
    }

    #[info]
    fn info(&mut self) {
        panic!("an info")
    }

    #[terminate]
    fn close(&mut self, reason: &ExitReason) {
        self.log.push(reason.to_string());
    }
}

async fn fragile(state: Option<Bomb>) -> (FragileClient, Log<String>) {
    let log = Log::default();
    (Fragile::start(state, log.clone()).await.unwrap(), log)
}

fn panic_of(reason: &ExitReason) -> (&'static str, &str) {
    match reason {
        ExitReason::Panicked(panic) => (panic.handler(), panic.message()),
        reason => panic!("{reason:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn p20_panic_in_a_handler_ends_this_server_only_and_terminate_runs() {
    let (other, _) = worker().await;
    let (fragile, log) = fragile(None).await;
    let error = at_once(fragile.after_await()).await.unwrap_err();
    assert!(is_panic(&error, "after_await", "after an await"), "{error:?}");
    settle().await;
    assert_eq!(log.take(), ["`Fragile::after_await` panicked: after an await"]);
    assert_eq!(at_once(fragile.get()).await, Err(CallError::NoProc));
    assert_eq!(other.add(1).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn p20_panic_in_any_handler_is_the_reason() {
    type Act = fn(&FragileClient);
    let cases: [(Act, &str, &str); 6] = [
        (|client| client.formatted(3).send().unwrap().detach(), "formatted", "number 3"),
        (|client| client.boom().send().unwrap(), "boom", "a cast"),
        (|client| client.boom_in_info().send().unwrap().detach(), "info", "an info"),
        (|client| client.boom_in_job().send().unwrap().detach(), "a job", "a future"),
        (|client| client.boom_in_reply_with().send().unwrap().detach(), "a job", "a reply"),
        (|client| client.payload().send().unwrap().detach(), "payload", "a value that is not text"),
    ];
    for (act, handler, message) in cases {
        let (client, log) = fragile(None).await;
        let (door, mut key) = door();
        client.block(door).await.unwrap();
        key.entered().await;
        act(&client);
        key.open();
        settle().await;
        let weak = client.downgrade();
        assert!(weak.upgrade().is_none(), "{handler} has not ended it");
        assert_eq!(log.take(), [format!("`Fragile::{handler}` panicked: {message}")]);
    }
}

#[tokio::test]
async fn p20_panic_in_a_blocking_job_ends_its_server() {
    let (client, _) = fragile(None).await;
    client.boom_in_blocking().await.unwrap();
    // The job ends it at some time: this waits for its end, and does not ask for one first.
    let ended = within(async {
        loop {
            if !client.is_alive() {
                return client.get().await;
            }
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(ended.await, Err(CallError::NoProc));
}

#[tokio::test(start_paused = true)]
async fn p23_panic_in_terminate_replaces_the_reason() {
    struct Last;
    #[server]
    impl Last {
        #[init]
        const fn new() -> Self {
            Self
        }
        #[call]
        fn hold(&mut self, ctx: &mut Context<Self>) -> u32 {
            ctx.stop(ExitReason::Normal);
            1
        }
        #[terminate]
        fn close(&mut self) {
            panic!("not yet")
        }
    }
    let last = Last::start().await.unwrap();
    let reason = at_once(last.stop()).await.unwrap();
    assert_eq!(panic_of(&reason), ("terminate", "not yet"));
    let last = Last::start().await.unwrap();
    assert_eq!(at_once(last.hold()).await, Ok(1), "its last reply still goes out");
}

#[tokio::test(start_paused = true)]
async fn p24_panic_in_drop_of_the_state_changes_no_reason() {
    let (client, _) = fragile(Some(Bomb::armed())).await;
    assert_eq!(at_once(client.stop()).await, Ok(ExitReason::Normal));
    let (client, _) = fragile(Some(Bomb::armed())).await;
    assert_eq!(at_once(client.kill()).await, Ok(ExitReason::Killed));
    let (client, _) = fragile(Some(Bomb::armed())).await;
    let error = at_once(client.formatted(1)).await.unwrap_err();
    assert!(is_panic(&error, "formatted", "number 1"), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn p25_panic_in_drop_of_a_message_in_its_handler_is_the_handlers() {
    let (client, _) = fragile(None).await;
    let error = at_once(client.take(Bomb::armed())).await.unwrap_err();
    assert!(is_panic(&error, "take", "a bomb went off"), "{error:?}");
    let (client, _) = fragile(None).await;
    client.note(Bomb::armed()).await.unwrap();
    let reason = at_once(client.stop()).await.unwrap();
    assert_eq!(panic_of(&reason), ("note", "a bomb went off"));
}

#[tokio::test(start_paused = true)]
async fn p25_panic_in_drop_of_queued_messages_answers_all_behind_them() {
    for kills in [true, false] {
        let (client, _) = fragile(None).await;
        let (door, mut key) = door();
        client.block(door).await.unwrap();
        key.entered().await;
        if !kills {
            client.stop().send().unwrap();
        }
        let mut calls = Vec::new();
        for _ in 0..5 {
            client.note(Bomb::armed()).await.unwrap();
            calls.push(client.take(Bomb::armed()).send().unwrap());
        }
        let behind = client.get().send().unwrap();
        let reason = if kills {
            at_once(client.kill()).await.unwrap()
        } else {
            key.open();
            ExitReason::Normal
        };
        for call in calls {
            assert_eq!(at_once(call).await, Err(CallError::Exit { reason: reason.clone(), started: false }));
        }
        assert_eq!(at_once(behind).await, Err(CallError::Exit { reason, started: false }));
    }
}

#[tokio::test(start_paused = true)]
async fn p26_panic_in_drop_of_a_reply_is_the_servers_where_the_caller_has_gone() {
    let (client, log) = fragile(None).await;
    let (door, mut key) = door();
    let call = client.reply(door).send().unwrap();
    key.entered().await;
    drop(call);
    key.open();
    settle().await;
    assert!(!client.is_alive());
    assert_eq!(log.take(), ["`Fragile::reply` panicked: a bomb went off"]);
}

#[tokio::test(start_paused = true)]
async fn p27_panic_in_drop_of_a_payload_goes_no_further() {
    let (client, _) = fragile(None).await;
    let error = at_once(client.payload()).await.unwrap_err();
    assert!(is_panic(&error, "payload", "a value that is not text"), "{error:?}");
    let copies = vec![error.clone(); 3];
    drop((client, error, copies));
}

#[test]
fn panic_in_drop_of_an_agents_state_message_and_payload_is_contained() {
    struct Box {
        _state: Bomb,
    }
    #[agent]
    impl Box {
        #[init]
        const fn new() -> Self {
            Self { _state: Bomb::armed() }
        }
        #[call]
        const fn get(&self) -> u32 {
            1
        }
        #[call]
        fn take(&self, bomb: Bomb) {
            drop(bomb);
        }
        #[call]
        fn payload(&self) {
            panic_any(Bomb::armed())
        }
    }
    let agent = Box::start().unwrap();
    let queued = agent.get().send().unwrap();
    assert_eq!(agent.stop().wait(), Ok(ExitReason::Normal));
    assert_eq!(queued.wait(), Ok(1));
    drop(agent);
    drop(Box::start().unwrap());
    let agent = Box::start().unwrap();
    let error = agent.take(Bomb::armed()).wait().unwrap_err();
    assert!(is_panic(&error, "take", "a bomb went off"), "{error:?}");
    let agent = Box::start().unwrap();
    let error = agent.payload().wait().unwrap_err();
    assert!(is_panic(&error, "payload", "a value that is not text"), "{error:?}");
}

#[test]
fn p21_panic_in_init_whose_payload_panics_too_is_contained() {
    struct Never;
    #[server]
    impl Never {
        #[init]
        async fn new(bomb: Bomb) -> Self {
            let _second = bomb;
            panic_any(Bomb::armed())
        }
    }
    let error = block_on(Never::start(Bomb::armed())).unwrap_err();
    assert!(matches!(error, StartError::Panicked(_)), "{error:?}");
}
