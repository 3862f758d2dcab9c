//! Clients that hold each other: the one leak that is the user's own.

use callcast::prelude::*;
use callcast::{ServerId, WeakClient, observe};

use crate::support::LONG;

/// Holds another of its kind, or knows where it is.
#[derive(Default)]
struct Peer {
    strong: Option<PeerClient>,
    weak: Option<WeakClient<Self>>,
}

// Observed one by one, so it has its box.
#[agent(slow = "1h")]
impl Peer {
    #[init]
    fn new() -> Self {
        Self::default()
    }

    #[cast]
    fn hold(&mut self, other: PeerClient) {
        self.strong = Some(other);
    }

    #[cast]
    fn know(&mut self, other: WeakClient<Self>) {
        self.weak = Some(other);
    }

    #[call]
    fn sees_the_other(&self) -> bool {
        self.strong.is_some() || self.weak.as_ref().is_some_and(|weak| weak.upgrade().is_some())
    }
}

fn live(ids: &[ServerId]) -> usize {
    observe().iter().filter(|observed| ids.contains(&observed.id)).count()
}

fn pair() -> [PeerClient; 2] {
    ["one", "other"].map(|label| Peer::spec().label(label).start().unwrap())
}

/// Whoever else looks around at this moment keeps an agent for as long as the look takes.
fn are_gone(ids: &[ServerId]) -> bool {
    let began = std::time::Instant::now();
    while live(ids) != 0 {
        if began.elapsed() > LONG {
            return false;
        }
        std::thread::yield_now();
    }
    true
}

/// It is seen where one looks, and `downgrade` is the cure.
#[test]
fn p100_a_circle_of_clients_lives_on_and_is_seen_and_weak_clients_are_the_cure() {
    let [one, other] = pair();
    let ids = [one.id().unwrap(), other.id().unwrap()];
    one.know(other.downgrade()).wait().unwrap();
    other.know(one.downgrade()).wait().unwrap();
    assert_eq!((one.sees_the_other().wait(), live(&ids)), (Ok(true), 2));
    drop((one, other));
    assert!(are_gone(&ids), "what nothing can reach has ended");

    let [one, other] = pair();
    let ids = [one.id().unwrap(), other.id().unwrap()];
    one.hold(other.clone()).wait().unwrap();
    other.hold(one.clone()).wait().unwrap();
    let way_out = one.downgrade();
    drop((one, other));
    assert_eq!(live(&ids), 2, "they keep each other, and whoever looks sees them");
    way_out.upgrade().unwrap().stop().wait().unwrap();
    assert!(are_gone(&ids), "the end of one lets go of the other");
}
