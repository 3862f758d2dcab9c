//! Registries: races for a key, ends, what of the user's runs when, and what is left behind.

use std::collections::HashSet;
use std::future::Future;
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use callcast::prelude::*;
use callcast::{DuplicateRegistry, Groups, Holder, Name, RegisterError, RegistryEvent, ServerId};
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::sync::{Barrier, oneshot};

use crate::support::{
    Door, LONG, Log, at_once, door, gate, lasting, ms, multi_thread, on_thread, settle, within,
};

/// A server whose start and whose end can be held up.
struct Room {
    log: Log<&'static str>,
    last: Option<Door>,
}

#[derive(Default)]
struct Plan {
    log: Log<&'static str>,
    first: Option<Door>,
    fails: bool,
}

#[server(mailbox = 1)]
impl Room {
    #[init]
    async fn new(plan: Plan) -> Result<Self, &'static str> {
        plan.log.push("init");
        if let Some(door) = plan.first {
            door.pass().await;
        }
        if plan.fails { Err("no room") } else { Ok(Self { log: plan.log, last: None }) }
    }

    #[call]
    fn linger(&mut self, door: Door) {
        self.last = Some(door);
    }

    #[call]
    fn ping(&self) -> u32 {
        1
    }

    #[call]
    async fn pass(&mut self, door: Door) {
        door.pass().await;
    }

    /// Never answers.
    #[call]
    async fn hang(&mut self) {
        std::future::pending::<()>().await;
    }

    #[cast]
    fn note(&mut self, what: &'static str) {
        self.log.push(what);
    }

    #[call]
    fn enter_itself(&mut self, rooms: Rooms, ctx: &mut Context<Self>) -> Result<(), RegisterError> {
        rooms.register(&ctx.client(), 7)
    }

    #[terminate]
    async fn close(&mut self) {
        if let Some(door) = self.last.take() {
            door.pass().await;
        }
        self.log.push("end");
    }
}

type Rooms = Registry<u32, Room>;

fn rooms() -> Rooms {
    Registry::unique()
}

async fn room() -> RoomClient {
    Room::start(Plan::default()).await.unwrap()
}

/// A plan whose `init` waits.
fn slow(log: &Log<&'static str>) -> (Plan, crate::support::Key) {
    let (first, key) = door();
    (Plan { log: log.clone(), first: Some(first), fails: false }, key)
}

/// An agent that is counted.
struct Cell {
    n: u32,
}

#[agent]
impl Cell {
    #[init]
    fn new(inits: Arc<AtomicU32>) -> Self {
        Self { n: inits.fetch_add(1, Ordering::Relaxed) }
    }

    #[call]
    fn get(&self) -> u32 {
        self.n
    }

    #[cast]
    fn set(&mut self, n: u32) {
        self.n = n;
    }
}

fn cell() -> CellClient {
    Cell::start(Arc::default()).unwrap()
}

fn is_send<F: Future + Send>(future: F) -> F {
    future
}

#[test]
fn of_many_who_want_a_server_one_starts_it() {
    multi_thread().block_on(async {
        for round in 0..20 {
            let (rooms, log, barrier) = (rooms(), Log::default(), Arc::new(Barrier::new(64)));
            let tasks = (0..64).map(|_| {
                let (rooms, log, barrier) = (rooms.clone(), log.clone(), Arc::clone(&barrier));
                tokio::spawn(async move {
                    barrier.wait().await;
                    let plan = || Room::spec(Plan { log: log.clone(), ..Plan::default() });
                    rooms.get_or_start_alone(round, plan).await.unwrap().id().unwrap()
                })
            });
            let mut ids = HashSet::new();
            for task in tasks.collect::<Vec<_>>() {
                ids.insert(within(task).await.unwrap());
            }
            assert_eq!((ids.len(), log.take(), rooms.count()), (1, vec!["init"], 1));
        }
    });
}

#[test]
fn of_many_threads_that_want_an_agent_one_starts_it() {
    for round in 0..20 {
        let cells: Registry<u32, Cell> = Registry::unique();
        let inits = Arc::new(AtomicU32::new(0));
        let keeper = Arc::new(Mutex::new(Vec::new()));
        let threads = (0..8).map(|_| {
            let (cells, inits, keeper) = (cells.clone(), Arc::clone(&inits), Arc::clone(&keeper));
            std::thread::spawn(move || {
                let start = || Cell::spec(Arc::clone(&inits));
                let cell = crate::support::block_on(cells.get_or_start_alone(round, start)).unwrap();
                let id = cell.id().unwrap();
                keeper.lock().unwrap().push(cell);
                id
            })
        });
        let ids: HashSet<_> =
            threads.collect::<Vec<_>>().into_iter().map(|thread| thread.join().unwrap()).collect();
        assert_eq!((ids.len(), inits.load(Ordering::Relaxed)), (1, 1));
    }
}

#[test]
fn where_a_start_fails_its_starter_is_told_and_the_next_tries() {
    multi_thread().block_on(async {
        let (rooms, log, first) = (rooms(), Log::default(), Arc::new(AtomicBool::new(true)));
        let barrier = Arc::new(Barrier::new(16));
        let tasks = (0..16).map(|_| {
            let (rooms, log, first) = (rooms.clone(), log.clone(), Arc::clone(&first));
            let barrier = Arc::clone(&barrier);
            tokio::spawn(async move {
                barrier.wait().await;
                let spec = || {
                    let fails = first.swap(false, Ordering::Relaxed);
                    Room::spec(Plan { log: log.clone(), first: None, fails })
                };
                rooms.get_or_start_alone(1, spec).await.map(|room| room.id().unwrap())
            })
        });
        let (mut ids, mut failed) = (HashSet::new(), 0);
        for task in tasks.collect::<Vec<_>>() {
            match within(task).await.unwrap() {
                Ok(id) => drop(ids.insert(id)),
                Err(error) => {
                    assert_eq!(error, StartError::Init("no room"));
                    failed += 1;
                }
            }
        }
        // A loser may have made its spec before it lost: that one's `init` has not run.
        assert!(failed <= 1, "{failed}");
        assert_eq!((ids.len(), rooms.count(), log.take().len()), (1, 1, 1 + failed));
    });
}

#[tokio::test(start_paused = true)]
async fn get_or_start_waits_for_an_init_that_runs_and_for_an_end() {
    let (rooms, log) = (rooms(), Log::default());
    let (plan, mut key) = slow(&log);
    let starting = tokio::spawn(Room::spec(plan).register(&rooms, 1).start());
    key.entered().await;
    let found = rooms.lookup(&1).expect("it can be called already");
    let mut waits = Box::pin(rooms.get_or_start_alone(1, || -> callcast::ServerSpec<_, _, _> {
        Room::spec(Plan { log: log.clone(), ..Plan::default() })
    }));
    assert!(waits.as_mut().now_or_never().is_none());
    key.open();
    let first = within(starting).await.unwrap().unwrap();
    assert_eq!(within(&mut waits).await.unwrap().id(), first.id());
    assert_eq!(found.ping().await, Ok(1));

    let (last, mut key) = door();
    first.linger(last).await.unwrap();
    first.stop().send().unwrap();
    key.entered().await;
    assert!(rooms.lookup(&1).is_none(), "its end is decided");
    assert_eq!(rooms.count(), 1, "and it has its key");
    let start = || Room::spec(Plan { log: log.clone(), ..Plan::default() });
    let mut waits = Box::pin(rooms.get_or_start_alone(1, start));
    assert!(waits.as_mut().now_or_never().is_none());
    assert_eq!(log.take(), ["init"]);
    key.open();
    let second = within(waits).await.unwrap();
    assert_ne!(second.id(), first.id());
    assert_eq!(log.take(), ["end", "init"], "one at a time");
}

#[tokio::test(start_paused = true)]
async fn where_a_starter_goes_the_next_starts() {
    let (rooms, log) = (rooms(), Log::default());
    let (plan, mut key) = slow(&log);
    let mut plan = Some(plan);
    let mut gone = Box::pin(rooms.get_or_start_alone(1, || Room::spec(plan.take().unwrap())));
    assert!(gone.as_mut().now_or_never().is_none());
    key.entered().await;
    let waits = rooms.get_or_start_alone(1, || Room::spec(Plan { log: log.clone(), ..Plan::default() }));
    let mut waits = Box::pin(waits);
    assert!(waits.as_mut().now_or_never().is_none());
    drop(gone);
    within(waits).await.unwrap();
    assert_eq!(log.take(), ["init", "init"]);
    assert_eq!(rooms.count(), 1);
}

static TAKEN: Name<Room> = Name::new("taken");

#[tokio::test(start_paused = true)]
async fn a_name_that_is_taken_is_told_to_whoever_wants_a_key() {
    let rooms = rooms();
    let holder = Room::spec(Plan::default()).name(&TAKEN).start().await.unwrap();
    let named = || Room::spec(Plan::default()).name(&TAKEN);
    let refused = within(rooms.get_or_start_alone(1, named)).await;
    assert_eq!(refused.map(drop), Err(StartError::AlreadyStarted(holder.id().unwrap())));
    assert!(rooms.is_empty());
    // A client by name is entered as the server that is there now.
    rooms.register(&TAKEN.client(), 2).unwrap();
    assert_eq!(rooms.lookup(&2).unwrap().id(), holder.id());
    holder.stop().await.unwrap();
    assert_eq!(rooms.register(&TAKEN.client(), 2), Err(RegisterError::NoProc));
}

/// Wants a server under its own key while its `init` runs.
struct Snake;

#[server]
impl Snake {
    #[init]
    async fn new(snakes: Registry<u32, Snake>) -> Result<Self, String> {
        let start = || Self::spec(snakes.clone());
        match Box::pin(snakes.get_or_start_alone(1, start)).await {
            Err(StartError::Deadlock(_)) => Err("its own tail".to_owned()),
            _ => Ok(Self),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn who_would_wait_for_its_own_start_is_told() {
    let snakes: Registry<u32, Snake> = Registry::unique();
    let start = || Snake::spec(snakes.clone());
    let snake = within(snakes.get_or_start_alone(1, start)).await;
    assert_eq!(snake.map(drop), Err(StartError::Init("its own tail".to_owned())));
    assert!(snakes.is_empty());
}

#[tokio::test(start_paused = true)]
async fn p67_a_key_is_free_when_its_owner_has_ended_and_before_anybody_is_told() {
    for kill in [false, true] {
        let rooms = rooms();
        let room = Room::spec(Plan::default()).register(&rooms, 1).start().await.unwrap();
        let monitor = room.monitor();
        let told = tokio::spawn({
            let rooms = rooms.clone();
            async move {
                monitor.await;
                rooms.count()
            }
        });
        settle().await;
        within(if kill { room.kill() } else { room.stop() }).await.unwrap();
        assert_eq!((rooms.count(), within(told).await.unwrap()), (0, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn p68_an_old_owners_end_takes_nothing_from_the_next() {
    let rooms = rooms();
    let room = room().await;
    rooms.register(&room, 1).unwrap();
    assert_eq!(rooms.unregister(&room, &1), 1);
    let next = Room::start(Plan::default()).await.unwrap();
    rooms.register(&next, 1).unwrap();
    assert_eq!(rooms.unregister(&room, &1), 0);
    room.stop().await.unwrap();
    assert_eq!(rooms.lookup(&1).unwrap().id(), next.id());
}

#[tokio::test(start_paused = true)]
async fn p69_a_registry_keeps_no_agent_alive() {
    let cells: Registry<u32, Cell> = Registry::unique();
    let old = cell();
    cells.register(&old, 1).unwrap();
    let found = cells.lookup(&1).unwrap();
    drop(old);
    assert_eq!(found.get().await, Ok(0));
    drop(found);
    assert!(cells.lookup(&1).is_none() && cells.is_empty());
    let new = cell();
    cells.register(&new, 1).unwrap();
    assert_eq!(cells.lookup(&1).unwrap().id(), new.id());
}

/// Has another take its key while it goes.
struct Heir {
    heirs: Registry<u32, Self>,
    next: Option<HeirClient>,
    taken: Taken,
}

/// The next, and whether the key was vacant.
type Taken = Arc<Mutex<Option<(HeirClient, Result<(), RegisterError>)>>>;

#[agent]
impl Heir {
    #[init]
    fn new(heirs: Registry<u32, Heir>, taken: Taken) -> Self {
        Self { heirs, next: None, taken }
    }

    #[call]
    fn succeed(&mut self, next: HeirClient) {
        self.next = Some(next);
    }
}

impl Drop for Heir {
    fn drop(&mut self) {
        if let Some(next) = self.next.take() {
            let result = self.heirs.register(&next, 1);
            *self.taken.lock().unwrap() = Some((next, result));
        }
    }
}

#[test]
fn the_key_of_an_agent_whose_last_client_has_gone_is_vacant() {
    let heirs: Registry<u32, Heir> = Registry::unique();
    let taken = Taken::default();
    let old = Heir::start(heirs.clone(), Arc::clone(&taken)).unwrap();
    let new = Heir::start(heirs.clone(), Taken::default()).unwrap();
    let id = new.id();
    heirs.register(&old, 1).unwrap();
    heirs.register(&old, 2).unwrap();
    old.succeed(new).wait().unwrap();
    let (_, mut events) = heirs.watch_key(&1);
    let old_id = old.id().unwrap();
    drop(old);
    let (_next, result) = taken.lock().unwrap().take().unwrap();
    assert_eq!(result, Ok(()));
    assert_eq!(heirs.lookup(&1).unwrap().id(), id, "the end of the old one has left it");
    assert_eq!(heirs.count(), 1);
    let told = [events.next().now_or_never(), events.next().now_or_never(), events.next().now_or_never()];
    let (gone, came) = (
        RegistryEvent::Unregistered { key: 1, id: old_id },
        RegistryEvent::Registered { key: 1, id: id.unwrap() },
    );
    assert_eq!(told, [Some(Some(gone)), Some(Some(came)), None]);
}

#[tokio::test(start_paused = true)]
async fn a_server_may_enter_itself() {
    let rooms = rooms();
    let room = room().await;
    assert_eq!(room.enter_itself(rooms.clone()).await, Ok(()));
    assert_eq!(rooms.lookup(&7).unwrap().id(), room.id());
}

#[test]
fn a_registry_needs_no_runtime() {
    let cells: Registry<u32, Cell> = Registry::unique();
    let keeper = on_thread({
        let cells = cells.clone();
        move || {
            let cell = Cell::spec(Arc::new(AtomicU32::new(5))).register(&cells, 1).start().unwrap();
            assert!(Cell::spec(Arc::default()).register(&cells, 1).start().is_err());
            cell
        }
    });
    assert_eq!(cells.lookup(&1).unwrap().get().wait(), Ok(5));
    drop(keeper);
    assert!(cells.is_empty());
}

#[test]
fn an_agent_cannot_be_looked_up_before_its_init_is_done() {
    struct Shy;
    #[agent]
    impl Shy {
        #[init]
        fn new(shy: Registry<u32, Self>, count: Arc<AtomicUsize>) -> Self {
            count.store(10 * shy.count() + usize::from(shy.lookup(&1).is_some()), Ordering::Relaxed);
            Self
        }
    }
    let (shy, count) = (Registry::unique(), Arc::new(AtomicUsize::new(0)));
    let keeper = Shy::spec(shy.clone(), Arc::clone(&count)).register(&shy, 1).start().unwrap();
    assert_eq!(count.load(Ordering::Relaxed), 10, "its key is taken, and nobody is there");
    assert!(shy.lookup(&1).is_some());
    drop(keeper);
}

#[test]
fn g22_of_rounds_of_registrations_and_ends_no_look_up_gives_the_dead() {
    const ROUNDS: u32 = 2_000;
    multi_thread().block_on(async {
        let cells: Registry<u32, Cell> = Registry::unique();
        // The last one that is known to have ended.
        let (ended, done) = (Arc::new(Mutex::new(None::<ServerId>)), Arc::new(AtomicBool::new(false)));
        let lookers = (0..4).map(|_| {
            let (cells, ended, done) = (cells.clone(), Arc::clone(&ended), Arc::clone(&done));
            tokio::task::spawn_blocking(move || {
                let mut found = 0_u32;
                while !done.load(Ordering::Relaxed) {
                    let dead = *ended.lock().unwrap();
                    if let Some(entry) = cells.entry(&1) {
                        assert!(dead.is_none_or(|dead| entry.id > dead), "{} after {dead:?}", entry.id);
                        found += 1;
                    }
                }
                found
            })
        });
        let lookers: Vec<_> = lookers.collect();
        for _ in 0..ROUNDS {
            let cell = cell();
            cells.register(&cell, 1).expect("the one before has ended");
            assert_eq!(cells.lookup(&1).map(|found| found.id()), Some(cell.id()), "a new entry is lost");
            let id = cell.id();
            cell.stop().await.unwrap();
            *ended.lock().unwrap() = id;
        }
        done.store(true, Ordering::Relaxed);
        for looker in lookers {
            within(looker).await.unwrap();
        }
        assert!(cells.is_empty());
    });
}

/// A key whose `Eq` panics where it is told to.
#[derive(Clone, Debug)]
struct Odd(u32, Arc<AtomicBool>);

impl Hash for Odd {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl PartialEq for Odd {
    fn eq(&self, other: &Self) -> bool {
        assert!(!self.1.swap(false, Ordering::Relaxed), "odd");
        self.0 == other.0
    }
}

impl Eq for Odd {}

#[test]
fn q03_a_panic_of_a_keys_eq_leaves_everything_as_it_was() {
    let (armed, registry) = (Arc::new(AtomicBool::new(false)), DuplicateRegistry::<Odd, Cell>::duplicate());
    let unique: Registry<Odd, Cell> = Registry::unique();
    let key = || Odd(1, Arc::clone(&armed));
    let cells = [cell(), cell()];
    let panics = |f: &dyn Fn()| {
        armed.store(true, Ordering::Relaxed);
        assert!(catch_unwind(AssertUnwindSafe(f)).is_err());
        assert!(!armed.load(Ordering::Relaxed), "it has been asked");
    };
    registry.register(&cells[0], key()).unwrap();
    unique.register(&cells[0], key()).unwrap();
    let (_, mut events) = registry.watch_key(&key());
    panics(&|| registry.register(&cells[1], key()).unwrap());
    panics(&|| assert_eq!(registry.unregister(&cells[0], &key()), 1));
    panics(&|| drop(registry.entries(&key())));
    panics(&|| assert!(unique.register(&cells[1], key()).is_err()));
    panics(&|| drop(unique.lookup(&key())));
    panics(&|| drop(unique.watch_key(&key())));
    assert_eq!((registry.count(), registry.keys(&cells[1]).len(), registry.keys(&cells[0]).len()), (1, 0, 1));
    assert_eq!((unique.count(), unique.keys(&cells[1]).len()), (1, 0));
    assert!(events.next().now_or_never().is_none());
    // And all goes on as before.
    registry.register(&cells[1], key()).unwrap();
    assert_eq!(registry.unregister(&cells[0], &key()), 1);
    assert!(matches!(events.next().now_or_never(), Some(Some(RegistryEvent::Registered { .. }))));
    // An end asks the `Eq` of listeners alone, and takes everything out whatever that does.
    armed.store(true, Ordering::Relaxed);
    let [first, second] = cells;
    second.stop().wait().unwrap();
    first.stop().wait().unwrap();
    assert!(registry.is_empty() && unique.is_empty());
}

/// A value that looks into its registry when it is dropped, and panics then.
#[derive(Clone)]
struct Nosy(Registry<u32, Cell, Self>, Arc<AtomicUsize>);

impl Drop for Nosy {
    fn drop(&mut self) {
        self.1.fetch_add(1, Ordering::Relaxed);
        drop(self.0.lookup(&1));
        assert_eq!(self.0.unregister(&cell(), &1), 0);
        assert!(std::thread::panicking() || self.1.load(Ordering::Relaxed) == 0, "nosy");
    }
}

#[test]
fn what_is_dropped_may_use_the_registry_and_panic() {
    on_thread(|| {
        let (registry, drops) = (Registry::unique(), Arc::new(AtomicUsize::new(0)));
        let cell = cell();
        for key in 0..3 {
            registry.register_with(&cell, key, Nosy(registry.clone(), Arc::clone(&drops))).unwrap();
        }
        cell.stop().wait().unwrap();
        assert_eq!((registry.count(), drops.load(Ordering::Relaxed)), (0, 3));
    });
}

#[tokio::test(start_paused = true)]
async fn dispatch_sends_to_all_before_it_waits_for_one() {
    let topics: DuplicateRegistry<u32, Room> = Registry::duplicate();
    let logs = [Log::default(), Log::default(), Log::default()];
    let mut rooms = Vec::new();
    for log in &logs {
        let room = Room::start(Plan { log: log.clone(), ..Plan::default() }).await.unwrap();
        topics.register(&room, 1).unwrap();
        rooms.push(room);
    }
    // The first one's mailbox is full.
    let (first, mut key) = door();
    let passing = rooms[0].pass(first).send().unwrap();
    key.entered().await;
    rooms[0].note("queued").send().unwrap();
    let mut told = Box::pin(topics.dispatch(&1, |room| room.note("told")));
    assert!(told.as_mut().now_or_never().is_none());
    settle().await;
    assert_eq!(
        (logs[0].take().len(), logs[1].take(), logs[2].take()),
        (1, vec!["init", "told"], vec!["init", "told"])
    );
    key.open();
    let told = within(told).await;
    passing.await.unwrap();
    settle().await;
    assert_eq!((told.ok.len(), logs[0].take()), (3, vec!["queued", "told"]));
}

#[tokio::test(start_paused = true)]
async fn dispatch_says_who_could_not_be_told() {
    let topics: DuplicateRegistry<u32, Room> = Registry::duplicate();
    let (free, full) = (room().await, room().await);
    topics.register(&free, 1).unwrap();
    topics.register(&full, 1).unwrap();
    let (first, mut key) = door();
    let passing = full.pass(first).send().unwrap();
    key.entered().await;
    full.note("queued").send().unwrap();
    let told = lasting(ms(100), topics.dispatch(&1, |room| room.note("told").timeout(ms(100)))).await;
    assert_eq!(told.ok, [(free.id().unwrap(), ())]);
    assert_eq!(told.failed, [(full.id().unwrap(), CastError::Timeout)]);
    drop((key, passing));
}

#[tokio::test(start_paused = true)]
async fn call_all_takes_as_long_as_the_slowest() {
    let topics: DuplicateRegistry<u32, Room> = Registry::duplicate();
    let rooms = [room().await, room().await, room().await];
    for room in &rooms {
        topics.register(room, 1).unwrap();
    }
    let answers = at_once(topics.call_all(&1, RoomClient::ping)).await;
    assert_eq!(answers.ok.iter().map(|(_, n)| n).sum::<u32>(), 3);
    // The default limit, of all at once.
    let answers = lasting(ms(5_000), topics.call_all(&1, RoomClient::hang)).await;
    assert_eq!((answers.ok.len(), answers.failed.len()), (0, 3));
    assert!(answers.failed.iter().all(|(_, error)| *error == CallError::Timeout { started: true }));
}

#[tokio::test]
async fn messages_to_more_than_a_task_may_send_at_once_all_arrive() {
    let topics: DuplicateRegistry<u32, Cell> = Registry::duplicate();
    let cells: Vec<_> = (0..10_000).map(|_| cell()).collect();
    for cell in &cells {
        topics.register(cell, 1).unwrap();
    }
    // As a task, since the budget is a task's; and the futures go from thread to thread.
    let answers = tokio::spawn(async move {
        let told = is_send(topics.dispatch(&1, |cell| cell.set(7))).await;
        let answers = is_send(topics.call_all(&1, CellClient::get)).await;
        (told, answers)
    });
    let (told, answers) = within(answers).await.unwrap();
    assert_eq!((told.ok.len(), answers.ok.len()), (10_000, 10_000));
    assert!(answers.ok.iter().all(|(_, n)| *n == 7));
    assert!(answers.ok.is_sorted_by_key(|(id, _)| *id), "in the order of their starts");
}

#[test]
fn the_futures_of_a_registry_go_from_thread_to_thread() {
    async fn all(rooms: Rooms, topics: Groups<String, Room>, event: &'static str) {
        let room = rooms.get_or_start_alone(1, || Room::spec(Plan::default())).await.unwrap();
        topics.join(&room, "a".to_owned()).unwrap();
        let guard = rooms.lock(1).await;
        let told = topics.cast_all("a", |room| room.note(event)).await;
        let answers = topics.call_all("a", |room| room.ping().timeout(LONG)).await;
        drop(guard);
        assert_eq!((told.ok.len(), answers.ok.len()), (1, 1));
    }
    let runtime = multi_thread();
    let task = runtime.spawn(all(rooms(), Groups::new(), "event"));
    runtime.block_on(within(task)).unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_lock_goes_to_those_who_wait_in_their_order() {
    let (rooms, log) = (rooms(), Log::default());
    let guard = rooms.lock(1).await;
    let mut tasks = Vec::new();
    for n in 0..8 {
        let (rooms, log) = (rooms.clone(), log.clone());
        tasks.push(tokio::spawn(async move {
            let _guard = rooms.lock(1).await;
            log.push(n);
            tokio::task::yield_now().await;
        }));
        settle().await;
    }
    tasks[3].abort();
    settle().await;
    assert_eq!(rooms.locked(), 1);
    drop(guard);
    for task in tasks {
        within(task).await.ok();
    }
    assert_eq!(log.take(), [0, 1, 2, 4, 5, 6, 7]);
    assert_eq!(rooms.locked(), 0);
}

#[tokio::test(start_paused = true)]
async fn events_are_a_stream_that_ends_with_the_registry() {
    let cells: Registry<u32, Cell> = Registry::unique();
    let cell = cell();
    cells.register(&cell, 1).unwrap();
    let (now, mut events) = cells.watch();
    assert_eq!(now, [(1, cell.id().unwrap())]);
    let waits = tokio::spawn(async move {
        let first = events.next().await;
        (first, events.collect::<Vec<_>>().await.len())
    });
    settle().await;
    cells.register(&cell, 2).unwrap();
    settle().await;
    cells.register(&cell, 3).unwrap();
    cells.unregister(&cell, &1);
    drop(cells);
    let id = cell.id().unwrap();
    assert_eq!(within(waits).await.unwrap(), (Some(RegistryEvent::Registered { key: 2, id }), 2));
    // Its end has nothing to do any more.
    cell.stop().await.unwrap();
}

#[test]
fn no_event_is_lost_or_told_twice() {
    multi_thread().block_on(async {
        let cells: Registry<u32, Cell> = Registry::unique();
        let done = Arc::new(AtomicBool::new(false));
        let writers = (0..2_u32).map(|n| {
            let (cells, done) = (cells.clone(), Arc::clone(&done));
            tokio::task::spawn_blocking(move || {
                let mut round = 0;
                while !done.load(Ordering::Relaxed) {
                    let cell = cell();
                    (0..8).for_each(|key| cells.register(&cell, 100 * n + key).unwrap());
                    cells.unregister(&cell, &(100 * n + round % 8));
                    cell.stop().wait().unwrap();
                    round += 1;
                }
            })
        });
        let writers: Vec<_> = writers.collect();
        let mut watches = Vec::new();
        for _ in 0..50 {
            tokio::task::yield_now().await;
            watches.push(cells.watch());
        }
        done.store(true, Ordering::Relaxed);
        for writer in writers {
            within(writer).await.unwrap();
        }
        for (now, mut events) in watches {
            let mut entries: HashSet<_> = now.into_iter().collect();
            while let Some(Some(event)) = events.next().now_or_never() {
                match event {
                    RegistryEvent::Registered { key, id } => assert!(entries.insert((key, id)), "{key} {id}"),
                    RegistryEvent::Unregistered { key, id } => {
                        assert!(entries.remove(&(key, id)), "{key} {id}");
                    }
                    _ => unreachable!("there are two"),
                }
            }
            assert_eq!(entries.len(), 0);
        }
    });
}

#[test]
fn no_update_is_lost() {
    let registry: Registry<u32, Cell, u32> = Registry::unique();
    let cell = cell();
    registry.register_with(&cell, 1, 0).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..1_000 {
                    registry.update(&cell, &1, |n| *n += 1).unwrap();
                }
            });
        }
    });
    assert_eq!(registry.entry(&1).unwrap().value, 4_000);
    assert_eq!((registry.values(&cell, &1), registry.keys(&cell)), (vec![4_000], vec![1]));
}

#[test]
fn a_registry_shows_counts_alone() {
    let registry: Registry<&'static str, Cell, &'static str> = Registry::unique();
    let cell = cell();
    registry.register_with(&cell, "secret key", "secret value").unwrap();
    let (_, events) = registry.watch();
    registry.unregister(&cell, "secret key");
    let shown = format!("{registry:?} {events:?} {:?}", registry.entry("x"));
    assert_eq!(shown, "Registry { server: \"Cell\", entries: 0, .. } Events { unread: 1, .. } None");
}

#[tokio::test(start_paused = true)]
async fn a_key_is_looked_up_by_what_it_borrows() {
    let rooms: Registry<String, Room> = Registry::unique();
    let room = room().await;
    rooms.register(&room, "lobby".to_owned()).unwrap();
    assert!(rooms.lookup("lobby").is_some());
    assert_eq!((rooms.count_of("lobby"), rooms.unregister(&room, "lobby")), (1, 1));
    let (begun, begins) = oneshot::channel::<()>();
    drop(begun);
    begins.await.unwrap_err();
}

#[test]
fn a_member_that_is_busy_delays_no_other() {
    let agents: DuplicateRegistry<u8, Holder<u32>> = Registry::duplicate();
    let (busy, other) = (Agent::new(0), Agent::new(0));
    let mut keys = Vec::new();
    for agent in [&busy, &other] {
        agents.register(agent, 1).unwrap();
        let (gate, key) = gate();
        let agent = agent.clone();
        std::thread::spawn(move || agent.update(move |_| gate.pass()).no_timeout().wait());
        key.entered();
        keys.push(key);
    }
    multi_thread().block_on(async {
        let told =
            tokio::spawn(
                async move { agents.dispatch(&1, |agent| agent.cast(|n| *n += 1).no_timeout()).await },
            );
        let is_queued = |agent: &Agent<u32>, queued| {
            let agent = agent.clone();
            async move {
                while agent.load().queued != queued {
                    tokio::task::yield_now().await;
                }
            }
        };
        within(is_queued(&busy, 1)).await;
        within(is_queued(&other, 1)).await;
        keys.pop().unwrap().open();
        // Nobody else comes to run it.
        within(is_queued(&other, 0)).await;
        assert_eq!(busy.load().queued, 1);
        keys.pop().unwrap().open();
        assert_eq!(within(told).await.unwrap().ok.len(), 2);
    });
}
