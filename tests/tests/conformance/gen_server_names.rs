//! GS-O: what OTP's tests of `gen_server` hold of names, links and parents.

use callcast::prelude::*;
use callcast::{Name, StopError};

use crate::support::{Log, Worker, WorkerClient, ms, shutdown_with, within};

/// Starts workers that are linked to it, and hears of their ends.
struct Owner {
    log: Log,
}

#[server]
impl Owner {
    #[init]
    fn new(log: Log) -> Self {
        Self { log }
    }

    #[call]
    async fn start_linked(
        &mut self,
        name: Option<&'static Name<Worker>>,
        log: Log,
        ctx: &mut Context<Self>,
    ) -> Result<WorkerClient, StartError> {
        let spec = Worker::spec(log);
        ctx.start_link(if let Some(name) = name { spec.name(name) } else { spec }).await
    }

    /// Says whether a server has come of it.
    #[call]
    async fn start_stillborn(
        &mut self,
        fate: &'static str,
        name: &'static Name<Stillborn>,
        ctx: &mut Context<Self>,
    ) -> bool {
        let spec = Stillborn::spec(fate).name(name).start_timeout(ms(100));
        matches!(ctx.start_link(spec).await, Ok(Some(_)))
    }

    #[exit]
    fn ended(&mut self, exit: Exit) {
        self.log.push(exit.reason.to_string());
    }
}

/// Does not start.
struct Stillborn;

#[server]
impl Stillborn {
    #[init]
    async fn new(fate: &'static str) -> Result<Option<Self>, String> {
        match fate {
            "fails" => Err(fate.to_owned()),
            "ignores" => Ok(None),
            "panics" => panic!("boom"),
            _ => std::future::pending().await,
        }
    }

    #[call]
    fn ping(&self) {}
}

async fn owner() -> (OwnerClient, Log) {
    let log = Log::default();
    (within(Owner::start(log.clone())).await.expect("it cannot fail"), log)
}

#[tokio::test(start_paused = true)]
async fn gs_o_07_a_server_that_stops_itself_tells_its_linked_owner_why() {
    let (owner, log) = owner().await;
    let worker = owner.start_linked(None, Log::default()).await.unwrap();
    worker.end(shutdown_with("why not")).await.unwrap();
    within(worker.monitor()).await;
    tokio::time::sleep(ms(1)).await;
    assert_eq!(log.lines(), ["it was shut down: why not"]);
    assert!(owner.is_alive());
}

#[tokio::test(start_paused = true)]
async fn gs_o_09_a_named_server_is_called_by_its_name_and_is_the_only_one() {
    static NAME: Name<Worker> = Name::new("gs-o-09");
    let worker = within(Worker::spec(Log::default()).name(&NAME).start()).await.unwrap();
    assert_eq!(NAME.client().echo(5).await, Ok(5));
    let (id, (owner, _)) = (worker.id().unwrap(), owner().await);
    let second = within(Worker::spec(Log::default()).name(&NAME).start()).await;
    assert_eq!(second.err(), Some(StartError::AlreadyStarted(id)));
    let linked = owner.start_linked(Some(&NAME), Log::default()).await;
    assert_eq!(linked.err(), Some(CallError::Handler(StartError::AlreadyStarted(id))));
    within(worker.stop()).await.unwrap();
    assert_eq!(NAME.client().echo(5).await, Err(CallError::NoProc));
    assert!(owner.is_alive(), "the start that failed has linked nobody");
}

#[tokio::test(start_paused = true)]
async fn gs_o_11_a_named_server_that_is_monitored_gives_its_down() {
    static NAME: Name<Worker> = Name::new("gs-o-11");
    let worker = within(Worker::spec(Log::default()).name(&NAME).start()).await.unwrap();
    let (id, monitor) = (worker.id().unwrap(), NAME.client().monitor());
    let second = within(Worker::spec(Log::default()).name(&NAME).start()).await;
    assert_eq!(second.err(), Some(StartError::AlreadyStarted(id)));
    worker.end(ExitReason::Shutdown).await.unwrap();
    assert_eq!(within(monitor).await, Down::new(id, ExitReason::Shutdown));
    assert_eq!(NAME.client().echo(5).await, Err(CallError::NoProc));
}

/// There is one scope, the process: from a thread without a runtime a name leads to the same server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gs_o_12_a_name_holds_in_the_whole_process() {
    static NAME: Name<Worker> = Name::new("gs-o-12");
    let (owner, log) = owner().await;
    let worker = owner.start_linked(Some(&NAME), Log::default()).await.unwrap();
    let monitor = worker.monitor();
    let elsewhere = std::thread::spawn(|| {
        assert_eq!(NAME.client().echo(5).timeout(ms(60_000)).wait(), Ok(5));
        NAME.client().end(ExitReason::Shutdown).wait()
    });
    within(monitor).await;
    elsewhere.join().unwrap().unwrap();
    assert!(NAME.whereis().is_none());
    within(owner.stop()).await.unwrap();
    assert_eq!(log.lines(), ["it was shut down"]);
}

#[tokio::test(start_paused = true)]
async fn gs_o_17_stop_by_name_ends_a_server_once() {
    static NAME: Name<Worker> = Name::new("gs-o-17");
    let worker = within(Worker::spec(Log::default()).name(&NAME).start()).await.unwrap();
    assert_eq!(within(NAME.client().stop()).await, Ok(ExitReason::Normal));
    assert!(!worker.is_alive());
    assert_eq!(within(NAME.client().stop()).await, Err(StopError::NoProc));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gs_o_19_a_name_can_be_stopped_from_anywhere() {
    static NAME: Name<Worker> = Name::new("gs-o-19");
    let worker = within(Worker::spec(Log::default()).name(&NAME).start()).await.unwrap();
    let stop = || std::thread::spawn(|| NAME.client().stop().timeout(ms(60_000)).wait()).join().unwrap();
    let stopped = tokio::task::spawn_blocking(move || (stop(), stop()));
    assert_eq!(within(stopped).await.unwrap(), (Ok(ExitReason::Normal), Err(StopError::NoProc)));
    assert!(!worker.is_alive());
}

#[tokio::test(start_paused = true)]
async fn gs_o_26_of_linked_and_named_servers_that_do_not_start_nothing_is_left() {
    static NAME: Name<Stillborn> = Name::new("gs-o-26");
    let (owner, log) = owner().await;
    for fate in ["fails", "ignores", "panics", "hangs"].into_iter().cycle().take(20) {
        assert_eq!(within(owner.start_stillborn(fate, &NAME)).await, Ok(false));
        assert!(NAME.whereis().is_none(), "{fate}");
        assert_eq!(NAME.client().ping().await, Err(CallError::NoProc));
        // What hung is given up by its starter, and ends a moment later.
        tokio::time::sleep(ms(1)).await;
        let all = callcast::observe();
        let seen = all.iter().find(|server| Some(server.id) == owner.id()).expect("it lives");
        assert_eq!((&*seen.links, seen.monitors), (&[][..], 0), "{fate}");
        assert!(!all.iter().any(|server| server.type_name == "Stillborn"), "{fate}");
    }
    assert_eq!(log.lines(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn gs_o_61_a_server_whose_parent_has_a_name_runs_terminate() {
    static PARENT: Name<Owner> = Name::new("gs-o-61");
    let log = Log::default();
    let owner = within(Owner::spec(Log::default()).name(&PARENT).start()).await.unwrap();
    let worker = PARENT.client().start_linked(None, log.clone()).await.unwrap();
    let seen = callcast::observe().into_iter().find(|server| Some(server.id) == worker.id());
    assert_eq!(seen.expect("it lives").parent, owner.id());
    worker.end(ExitReason::Normal).await.unwrap();
    within(worker.monitor()).await;
    assert_eq!(log.lines(), ["terminate: it stopped normally"]);
}
