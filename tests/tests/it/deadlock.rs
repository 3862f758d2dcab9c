//! Deadlines that handlers hand on, calling oneself, cycles, and what is no cycle.

use std::time::Duration;

use callcast::StopError;
use callcast::prelude::*;
use futures_util::FutureExt as _;
use tokio::time::Instant;

use crate::support::{LONG, at_once, lasting, ms, within};

/// One of several servers that call each other.
struct Peer {
    peers: Vec<PeerClient>,
    kept: Vec<ReplyTo<u32>>,
}

type Answer = Result<u32, CallError>;

fn flat(answer: Result<Answer, CallError>) -> Answer {
    answer?
}

/// What a peer answers, at once.
async fn ask(call: impl Future<Output = Result<Answer, CallError>>) -> Answer {
    flat(at_once(call).await)
}

#[server]
impl Peer {
    #[init]
    const fn new() -> Self {
        Self { peers: Vec::new(), kept: Vec::new() }
    }

    #[call]
    fn meet(&mut self, peers: Vec<PeerClient>) {
        self.peers = peers;
    }

    #[call]
    const fn get(&self) -> u32 {
        7
    }

    /// Calls along the peers of each, as many steps as are given, and then `get`.
    #[call]
    async fn walk(&mut self, steps: u32) -> Answer {
        let next = &self.peers[0];
        if steps == 0 { next.get().await } else { flat(Box::pin(next.walk(steps - 1)).await) }
    }

    #[call]
    async fn own(&mut self, ctx: &mut Context<Self>) -> Answer {
        let client = ctx.client();
        Box::pin(async move { async { client.get().await }.await }).await
    }

    #[call]
    async fn own_sent(&mut self, ctx: &mut Context<Self>) -> Answer {
        let pending = ctx.client().get().send().map_err(|_| CallError::Full)?;
        pending.await
    }

    #[call]
    async fn stop_own(&mut self, ctx: &mut Context<Self>) -> Result<ExitReason, StopError> {
        ctx.client().stop().await
    }

    /// Calls two peers at the same time.
    #[call]
    async fn both(&mut self) -> (Answer, Answer) {
        let (a, b) = tokio::join!(self.peers[0].walk(0), self.peers[1].walk(0));
        (flat(a), flat(b))
    }

    /// Hands the rest of its work to a future, and is free meanwhile.
    #[call]
    fn walk_beside(&mut self, reply: ReplyTo<Answer>, ctx: &mut Context<Self>) {
        let next = self.peers[0].clone();
        ctx.reply_with(reply, async move { flat(next.walk(0).await) });
    }

    /// Sends a call, and does not wait for its reply.
    #[call]
    async fn sends(&mut self) -> u32 {
        self.peers[0].walk(0).send().unwrap().detach();
        tokio::task::yield_now().await;
        3
    }

    /// Answers first, and calls then: before its caller has seen the answer, and after that.
    #[call]
    async fn answers_first(&mut self, reply: ReplyTo<u32>) {
        reply.send(4);
        assert_eq!(self.peers[0].get().await, Ok(7));
        tokio::task::yield_now().await;
        assert_eq!(self.peers[0].get().await, Ok(7));
    }

    #[call]
    async fn asks_one_that_answers_first(&mut self) -> Answer {
        let answer = self.peers[0].answers_first().await;
        tokio::task::yield_now().await;
        answer
    }

    #[call]
    fn keep(&mut self, reply: ReplyTo<u32>) {
        self.kept.push(reply);
    }

    #[call]
    fn release(&mut self) -> usize {
        let replies: Vec<_> = self.kept.drain(..).collect();
        let released = replies.len();
        for reply in replies {
            reply.send(9);
        }
        released
    }

    #[call]
    async fn asks_to_keep(&mut self) -> Answer {
        self.peers[0].keep().await
    }

    /// Stops a peer, and waits for that.
    #[call]
    async fn stops(&mut self) -> Result<ExitReason, StopError> {
        self.peers[0].stop().await
    }

    #[call]
    async fn calls_in_a_task(&mut self) -> Answer {
        let next = self.peers[0].clone();
        tokio::spawn(async move { flat(next.walk(0).timeout(ms(300)).await) }).await.unwrap()
    }

    /// How long a call that is never answered lasts here.
    #[call]
    async fn patience(&mut self, how: How) -> Duration {
        let begin = Instant::now();
        let call = self.peers[0].keep();
        let error = match how {
            How::Plain => call.await,
            How::NoTimeout => call.no_timeout().await,
            How::Longer => call.timeout(LONG).await,
            How::Shorter => call.timeout(ms(10)).await,
            How::Detached => call.detached().timeout(ms(900)).await,
            How::Sent => call.no_timeout().send().unwrap().await,
        };
        assert!(matches!(error, Err(CallError::Timeout { .. })));
        begin.elapsed()
    }

    #[call]
    fn patience_beside(&mut self, reply: ReplyTo<Duration>, ctx: &mut Context<Self>) {
        let next = self.peers[0].clone();
        ctx.reply_with(reply, async move {
            let begin = Instant::now();
            next.keep().no_timeout().await.unwrap_err();
            begin.elapsed()
        });
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum How {
    Plain,
    NoTimeout,
    Longer,
    Shorter,
    Detached,
    Sent,
}

/// That many peers, each of which knows the next, the last the first.
async fn ring(count: usize) -> Vec<PeerClient> {
    let mut peers = Vec::new();
    for _ in 0..count {
        peers.push(Peer::start().await.unwrap());
    }
    for n in 0..count {
        peers[n].meet(vec![peers[(n + 1) % count].clone(), peers[(n + 2) % count].clone()]).await.unwrap();
    }
    peers
}

#[tokio::test(start_paused = true)]
async fn p01_calling_itself_is_calling_self_at_once() {
    let peer = &ring(1).await[0];
    for call in [peer.own(), peer.own_sent()] {
        assert_eq!(ask(call).await, Err(CallError::CallingSelf));
    }
    for steps in [0, 3] {
        assert_eq!(ask(peer.walk(steps)).await, Err(CallError::CallingSelf));
    }
    assert_eq!(at_once(peer.stop_own()).await, Err(CallError::Handler(StopError::CallingSelf)));
    assert_eq!(at_once(peer.get()).await, Ok(7), "the server lives");
}

#[tokio::test(start_paused = true)]
async fn p02_a_cycle_of_calls_is_a_deadlock_that_names_it_at_once() {
    for length in 2..6 {
        let peers = ring(length).await;
        let answer = ask(peers[0].walk(u32::try_from(length).unwrap() - 1)).await;
        let Err(CallError::Deadlock(cycle)) = answer else { panic!("{answer:?}") };
        let mut named: Vec<_> = cycle.servers().iter().map(|(name, id)| (*name, *id)).collect();
        let mut expected: Vec<_> = peers.iter().map(|peer| ("Peer", peer.id().unwrap())).collect();
        named.sort_unstable_by_key(|(_, id)| id.to_string());
        expected.sort_unstable_by_key(|(_, id)| id.to_string());
        assert_eq!(named, expected);
        assert_eq!(at_once(peers[0].get()).await, Ok(7));
    }
}

#[tokio::test(start_paused = true)]
async fn p02_a_cycle_through_one_of_two_calls_at_once_is_found() {
    let peers = ring(3).await;
    // 1 asks 2, whose `walk` asks 0, which is busy with this; 2 is then free for the other branch.
    peers[2].meet(vec![peers[1].clone(), peers[0].clone()]).await.unwrap();
    let (a, b) = at_once(peers[0].both()).await.unwrap();
    assert!([&a, &b].iter().any(|answer| matches!(answer, Err(CallError::Deadlock(_)))), "{a:?} {b:?}");
}

#[tokio::test(start_paused = true)]
async fn p02_a_reply_with_future_that_calls_the_free_is_no_cycle() {
    let peers = ring(2).await;
    // The future of 0 calls 1, whose handler calls 0, which is free meanwhile.
    assert_eq!(ask(peers[0].walk_beside()).await, Ok(7));
}

/// Calls back whoever it is told, in a `reply_with` future.
#[tokio::test(start_paused = true)]
async fn p02_waiting_for_ones_own_future_by_way_of_another_is_found() {
    struct Back {
        other: Option<BackClient>,
    }
    #[server]
    impl Back {
        #[init]
        const fn new() -> Self {
            Self { other: None }
        }
        #[call]
        fn meet(&mut self, other: BackClient) {
            self.other = Some(other);
        }
        /// Waits for what the other's future brings.
        #[call]
        async fn ask(&mut self) -> Answer {
            flat(self.other.as_ref().unwrap().beside().await)
        }
        /// Its future waits for the other's handler.
        #[call]
        fn beside(&mut self, reply: ReplyTo<Answer>, ctx: &mut Context<Self>) {
            let other = self.other.clone().unwrap();
            ctx.reply_with(reply, async move { other.get().await });
        }
        #[call]
        const fn get(&self) -> u32 {
            1
        }
    }
    let (a, b) = (Back::start().await.unwrap(), Back::start().await.unwrap());
    a.meet(b.clone()).await.unwrap();
    b.meet(a.clone()).await.unwrap();
    // a's handler → b's future → a's handler.
    let answer = ask(a.ask()).await;
    assert!(matches!(answer, Err(CallError::Deadlock(_))), "{answer:?}");
    assert_eq!(at_once(a.get()).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn p99_no_false_alarm() {
    let peers = ring(2).await;
    assert_eq!(at_once(peers[0].sends()).await, Ok(3), "a call that is not awaited");
    assert_eq!(ask(peers[0].asks_one_that_answers_first()).await, Ok(4));
    assert_eq!(at_once(peers[0].get()).await, Ok(7));
    assert_eq!(at_once(peers[1].get()).await, Ok(7));
    // 0 waits for a reply that 1 keeps; 1 is free meanwhile, and whoever calls it gets an answer.
    let waiting = peers[0].asks_to_keep().send().unwrap();
    crate::support::settle().await;
    assert_eq!(at_once(peers[1].get()).await, Ok(7));
    assert_eq!(at_once(peers[1].release()).await, Ok(1));
    assert_eq!(ask(waiting).await, Ok(9));
    // Two that call a third one at the same time.
    let peers = ring(3).await;
    let (a, b) = at_once(async { tokio::join!(peers[0].walk(0), peers[1].walk(0)) }).await;
    assert_eq!((flat(a), flat(b)), (Ok(7), Ok(7)));
    // And again, after a deadlock was found: nothing of it is left.
    for _ in 0..3 {
        assert!(ask(peers[0].walk(2)).await.is_err());
        assert_eq!(ask(peers[0].walk(1)).await, Ok(7));
    }
}

#[tokio::test(start_paused = true)]
async fn stopping_a_server_that_waits_for_this_one_is_a_deadlock() {
    let peers = ring(2).await;
    struct Stopper(PeerClient);
    #[server]
    impl Stopper {
        #[init]
        const fn new(peer: PeerClient) -> Self {
            Self(peer)
        }
        #[call]
        async fn stop_it(&mut self) -> Result<ExitReason, StopError> {
            self.0.stop().await
        }
    }
    assert_eq!(at_once(peers[0].stops()).await, Ok(ExitReason::Normal), "another may be stopped");
    let stopper = Stopper::start(peers[0].clone()).await.unwrap();
    assert_eq!(at_once(stopper.stop_it()).await, Ok(ExitReason::Normal));
}

#[tokio::test(start_paused = true)]
async fn two_that_stop_each_other_are_a_deadlock_at_once() {
    struct Foe {
        other: Option<FoeClient>,
    }
    #[server]
    impl Foe {
        #[init]
        const fn new() -> Self {
            Self { other: None }
        }
        #[call]
        fn meet(&mut self, other: FoeClient) {
            self.other = Some(other);
        }
        #[call]
        async fn fight(&mut self) -> Result<bool, StopError> {
            self.other.as_ref().unwrap().strike().await.map_err(|_| StopError::Timeout)
        }
        #[call]
        async fn strike(&mut self) -> bool {
            matches!(self.other.as_ref().unwrap().stop().await, Err(StopError::Deadlock(_)))
        }
    }
    let (a, b) = (Foe::start().await.unwrap(), Foe::start().await.unwrap());
    a.meet(b.clone()).await.unwrap();
    b.meet(a.clone()).await.unwrap();
    assert_eq!(at_once(a.fight()).await, Ok(true));
}

#[tokio::test(start_paused = true)]
async fn a_start_inside_a_handler_whose_init_calls_back_is_a_deadlock() {
    struct Parent;
    #[server]
    impl Parent {
        #[init]
        const fn new() -> Self {
            Self
        }
        #[call]
        async fn start_child(&mut self, calls_back: bool, ctx: &mut Context<Self>) -> Result<u32, CallError> {
            let parent = calls_back.then(|| ctx.client());
            match Child::start(parent).await {
                Ok(child) => child.get().await,
                Err(StartError::Init(error)) => Err(error),
                Err(error) => panic!("{error}"),
            }
        }
        #[call]
        const fn get(&self) -> u32 {
            1
        }
    }
    struct Child;
    #[server]
    impl Child {
        #[init]
        async fn new(parent: Option<ParentClient>) -> Result<Self, CallError> {
            if let Some(parent) = parent {
                parent.get().await?;
            }
            Ok(Self)
        }
        #[call]
        const fn get(&self) -> u32 {
            2
        }
    }
    let parent = Parent::start().await.unwrap();
    assert_eq!(at_once(parent.start_child(false)).await, Ok(2));
    let answer = at_once(parent.start_child(true)).await;
    assert!(matches!(answer, Err(CallError::Handler(CallError::Deadlock(_)))), "{answer:?}");
    assert_eq!(parent.get().await, Ok(1));
}

/// Spawned tasks are not tracked: what they call ends at its timeout.
#[tokio::test(start_paused = true)]
async fn a_cycle_through_a_task_ends_at_its_timeout() {
    let peers = ring(2).await;
    let answer = flat(lasting(ms(300), peers[0].calls_in_a_task()).await);
    assert!(matches!(answer, Err(CallError::Timeout { .. })), "{answer:?}");
}

#[tokio::test(start_paused = true)]
async fn p102_deadline_of_what_a_handler_calls_is_what_is_left_of_its_callers_time() {
    let peers = ring(2).await;
    let cases = [
        (How::Plain, ms(200)),
        (How::NoTimeout, ms(200)),
        (How::Longer, ms(200)),
        (How::Sent, ms(200)),
        (How::Shorter, ms(10)),
        (How::Detached, ms(900)),
    ];
    for (how, expected) in cases {
        let begin = Instant::now();
        let reply = peers[0].patience(how).timeout(ms(200)).await;
        assert!(begin.elapsed() <= ms(201));
        match reply {
            Ok(lasted) => assert_eq!(lasted, expected, "{how:?}"),
            Err(error) => assert_eq!(error, CallError::Timeout { started: true }, "{how:?}"),
        }
        // The handler is done when it answers again.
        within(peers[0].get()).await.unwrap();
        let lasted = begin.elapsed();
        assert!(
            lasted >= expected && lasted <= expected + ms(2),
            "{how:?}: {lasted:?} instead of {expected:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn p102_deadline_is_inherited_by_a_reply_with_future_too() {
    let peers = ring(2).await;
    let begin = Instant::now();
    let reply = peers[0].patience_beside().timeout(ms(250)).await;
    assert!(matches!(reply, Err(CallError::Timeout { .. })) || reply.is_ok_and(|lasted| lasted <= ms(251)));
    assert!(begin.elapsed() <= ms(251));
    // Without a limit of its own the call has no limit at all.
    let answer = peers[0].patience_beside().no_timeout();
    assert!(tokio::time::timeout(LONG * 60, answer).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn p13_deadline_of_zero_and_of_for_ever() {
    let peers = ring(2).await;
    let timeout = |started| Err(CallError::Timeout { started });
    assert_eq!(lasting(ms(0), peers[0].keep().timeout(Duration::ZERO)).await, timeout(false));
    let kept = tokio::spawn({
        let peer = peers[1].clone();
        async move { peer.keep().timeout(Duration::MAX).await }
    });
    let kept_too = tokio::spawn({
        let peer = peers[1].clone();
        async move { peer.keep().no_timeout().await }
    });
    tokio::time::sleep(LONG * 60 * 24).await;
    assert_eq!(peers[1].release().await, Ok(2));
    assert_eq!((kept.await.unwrap(), kept_too.await.unwrap()), (Ok(9), Ok(9)));
}

/// Waits for a server that kills it, and which may not wait for that.
struct Avenger;

#[server]
impl Avenger {
    #[init]
    const fn new() -> Self {
        Self
    }

    #[call]
    async fn strike(&self, victim: VictimClient) -> Result<(), StopError> {
        victim.kill().await.map(drop)
    }
}

struct Victim;

#[server]
impl Victim {
    #[init]
    const fn new() -> Self {
        Self
    }

    #[call]
    async fn provoke(&self, avenger: AvengerClient, ctx: &mut Context<Self>) -> bool {
        avenger.strike(ctx.client()).await.is_ok()
    }
}

#[tokio::test(start_paused = true)]
async fn kill_is_carried_out_although_waiting_for_it_would_be_a_deadlock() {
    let (avenger, victim) = (Avenger::start().await.unwrap(), Victim::start().await.unwrap());
    let call = at_once(victim.provoke(avenger)).await;
    assert_eq!(call, Err(CallError::Exit { reason: ExitReason::Killed, started: true }));
}

/// Calls another, and then lets go of the call that it has begun to wait for.
struct Impatient;

#[server]
impl Impatient {
    #[init]
    const fn new() -> Self {
        Self
    }

    #[call]
    async fn begin(&self, other: CuriousClient, ctx: &mut Context<Self>) {
        let mut call = other.look_back(ctx.client()).send().unwrap();
        tokio::time::timeout(ms(10), &mut call).await.unwrap_err();
        call.detach();
    }

    #[call]
    const fn idle(&self) -> u32 {
        7
    }
}

struct Curious {
    seen: Option<Result<u32, CallError>>,
}

#[server]
impl Curious {
    #[init]
    const fn new() -> Self {
        Self { seen: None }
    }

    #[call]
    async fn look_back(&mut self, other: ImpatientClient) {
        tokio::time::sleep(ms(100)).await;
        self.seen = Some(other.idle().await);
    }

    #[call]
    fn seen(&self) -> Option<Result<u32, CallError>> {
        self.seen.clone()
    }
}

#[tokio::test(start_paused = true)]
async fn p99_no_false_alarm_after_a_call_that_was_let_go_of() {
    let (impatient, curious) = (Impatient::start().await.unwrap(), Curious::start().await.unwrap());
    within(impatient.begin(curious.clone())).await.unwrap();
    assert_eq!(within(curious.seen()).await, Ok(Some(Ok(7))));
}

/// The limit that nobody has named counts as any other: what a handler calls after a while has only the rest of it.
#[tokio::test(start_paused = true)]
async fn p102_deadline_by_default_is_inherited_too() {
    struct Stuck;
    #[server]
    impl Stuck {
        #[init]
        const fn new() -> Self {
            Self
        }
        #[call]
        async fn never(&self) {
            std::future::pending::<()>().await;
        }
    }
    async fn slow_then(stuck: &StuckClient) -> (Duration, bool) {
        let begin = Instant::now();
        tokio::time::sleep(ms(3_000)).await;
        let answer = stuck.never().await;
        (begin.elapsed(), matches!(answer, Err(CallError::Timeout { .. })))
    }
    struct Queued(StuckClient, tokio::sync::mpsc::UnboundedSender<(Duration, bool)>);
    #[server]
    impl Queued {
        #[init]
        const fn new(stuck: StuckClient, seen: tokio::sync::mpsc::UnboundedSender<(Duration, bool)>) -> Self {
            Self(stuck, seen)
        }
        #[call]
        async fn slow(&mut self) {
            let seen = slow_then(&self.0).await;
            self.1.send(seen).unwrap();
        }
    }
    struct Inline(StuckClient, tokio::sync::mpsc::UnboundedSender<(Duration, bool)>);
    #[server(inline = true)]
    impl Inline {
        #[init]
        const fn new(stuck: StuckClient, seen: tokio::sync::mpsc::UnboundedSender<(Duration, bool)>) -> Self {
            Self(stuck, seen)
        }
        #[call]
        async fn slow(&mut self) {
            let seen = slow_then(&self.0).await;
            self.1.send(seen).unwrap();
        }
    }
    let stuck = Stuck::start().await.unwrap();
    let (sender, mut seen) = tokio::sync::mpsc::unbounded_channel();
    let (queued, inline) = (
        Queued::start(stuck.clone(), sender.clone()).await.unwrap(),
        Inline::start(Stuck::start().await.unwrap(), sender).await.unwrap(),
    );
    let limit = ms(5_000);
    for answer in [lasting(limit, queued.slow()).await, lasting(limit, inline.slow()).await] {
        assert_eq!(answer, Err(CallError::Timeout { started: true }));
        let (lasted, timed_out) = seen.recv().await.unwrap();
        assert!(timed_out && lasted <= limit + ms(2), "{lasted:?}");
    }
}

/// A plain handler that has polled a call and kept it awaits nothing when it has ended, though its server goes on.
#[tokio::test(start_paused = true)]
async fn p99_no_false_alarm_after_a_call_that_a_plain_handler_keeps() {
    type Kept = callcast::Pending<u32>;
    #[derive(Default)]
    struct Keeper(Option<(Kept, Option<KeeperClient>)>);
    #[server]
    impl Keeper {
        #[init]
        fn new() -> Self {
            Self::default()
        }
        /// Polls a call once, outside of any await, and keeps it.
        #[cast]
        fn poll_once(&mut self, other: KeeperClient) {
            let mut call = other.asks_back().send().unwrap();
            assert!((&mut call).now_or_never().is_none());
            self.0 = Some((call, Some(other)));
        }
        #[cast]
        fn know(&mut self, other: KeeperClient) {
            let unanswered = other.get().send().unwrap();
            self.0 = Some((unanswered, Some(other)));
        }
        #[call]
        async fn asks_back(&mut self) -> u32 {
            match self.0.as_ref().and_then(|(_, other)| other.clone()) {
                Some(other) => other.get().await.unwrap(),
                None => 0,
            }
        }
        #[call]
        const fn get(&self) -> u32 {
            7
        }
    }
    let (a, b) = (Keeper::start().await.unwrap(), Keeper::start().await.unwrap());
    b.know(a.clone()).await.unwrap();
    assert_eq!(within(b.get()).await, Ok(7));
    // One batch: the call that is kept, and behind it what the other server asks.
    a.poll_once(b.clone()).send().unwrap();
    assert_eq!(within(a.get()).await, Ok(7));
    assert_eq!(within(b.asks_back()).await, Ok(7));
}
