//! Values that panic when they are dropped, in a tree: nobody but their server notices.

use std::fmt;
use std::panic::panic_any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use callcast::prelude::*;
use callcast::{Name, Supervisor};
use futures_util::FutureExt as _;
use tokio::sync::oneshot;

use crate::support::{BANG, Bomb, Bystander, panic_of, settle, within};

/// An error that panics when it is dropped.
#[derive(Debug)]
struct Explosive(Bomb);

impl fmt::Display for Explosive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("handle with care")
    }
}

impl std::error::Error for Explosive {}

/// Its state is a bomb, in its first life.
struct Carrier {
    _state: Option<Bomb>,
}

#[server]
impl Carrier {
    #[init]
    fn new(lives: Arc<AtomicU32>) -> Self {
        Self { _state: (lives.fetch_add(1, Ordering::Relaxed) == 0).then(|| Bomb) }
    }

    #[call]
    fn ping(&self) {}

    #[call]
    fn boom(&mut self) {
        panic!("boom")
    }

    #[call]
    fn payload(&self) {
        panic_any(Bomb)
    }

    #[call]
    fn take(&mut self, _bomb: Bomb) {}

    #[cast]
    fn keep(&mut self, _bomb: Bomb) {}

    #[cast]
    fn fail(&mut self) -> Result<(), Explosive> {
        Err(Explosive(Bomb))
    }

    #[call]
    async fn reply(&mut self, open: oneshot::Receiver<()>) -> Bomb {
        drop(open.await);
        Bomb
    }
}

/// What is done to it; it has been told when this returns.
async fn harm(deed: &str, client: &CarrierClient) {
    match deed {
        "a state, killed" => drop(client.kill().send()),
        "a state, stopped" => drop(client.stop().send()),
        "a state, crashed" => client.boom().send().unwrap().detach(),
        "a payload" => client.payload().send().unwrap().detach(),
        "a message" => client.take(Bomb).send().unwrap().detach(),
        "an error" => client.fail().send().unwrap(),
        "queued messages" => {
            client.boom().send().unwrap().detach();
            for _ in 0..3 {
                client.keep(Bomb).send().unwrap();
                client.take(Bomb).send().unwrap().detach();
            }
        }
        "a reply" => {
            let (open, opened) = oneshot::channel();
            let call = client.reply(opened).send().unwrap();
            settle().await;
            drop(call);
            open.send(()).unwrap();
        }
        deed => panic!("what is {deed}?"),
    }
}

/// Whether it has ended as it should after that.
fn is_true(deed: &str, reason: &ExitReason) -> bool {
    match deed {
        "a state, killed" => *reason == ExitReason::Killed,
        "a state, stopped" => *reason == ExitReason::Normal,
        "a payload" => panic_of(reason).0 == "payload",
        "a message" => panic_of(reason) == ("take", BANG.to_owned()),
        "an error" => {
            matches!(reason, ExitReason::Failed(failure) if failure.message() == "handle with care")
        }
        "a reply" => panic_of(reason) == ("reply", BANG.to_owned()),
        _ => panic_of(reason) == ("boom", "boom".to_owned()),
    }
}

const DEEDS: [&str; 8] = [
    "a state, killed",
    "a state, stopped",
    "a state, crashed",
    "a payload",
    "a message",
    "an error",
    "queued messages",
    "a reply",
];

#[tokio::test(start_paused = true)]
async fn p24_no_bomb_of_a_child_harms_its_supervisor_its_sibling_or_its_name() {
    static PLACE: Name<Carrier> = Name::new("carrier");
    for deed in DEEDS {
        let sibling = Bystander::spec();
        let carrier = Carrier::spec(Arc::default()).name(&PLACE);
        let root = within(Supervisor::one_for_one().child(sibling).child(carrier).start()).await.unwrap();
        let sibling = root.client::<Bystander>("Bystander").unwrap();
        let client = root.client::<Carrier>("Carrier").unwrap();
        let ids = (root.id(), sibling.id(), client.id());
        let first = client.pinned().unwrap();
        let (mut down, stopped) = (first.monitor(), first.monitor());
        harm(deed, &first).await;
        let reason = within(&mut down).await.reason;
        assert!(is_true(deed, &reason), "{deed}: {reason}");
        assert_eq!(within(stopped).await.reason, reason, "{deed}: all hear the same");
        assert_eq!(within(client.ping()).await, Ok(()), "{deed}: it is there again");
        assert_eq!((root.id(), sibling.id()), (ids.0, ids.1), "{deed}");
        assert_eq!(within(sibling.ping()).await, Ok(()), "{deed}");
        assert_ne!(client.id(), ids.2, "{deed}");
        assert_eq!(PLACE.whereis().and_then(|client| client.id()), client.id(), "{deed}");
        assert_eq!(within(root.stop()).await, Ok(ExitReason::Normal), "{deed}");
        assert!(PLACE.whereis().is_none(), "{deed}");
        // Whoever still holds a handle of it holds no bomb.
        drop((first, client, reason, down.now_or_never()));
    }
}
