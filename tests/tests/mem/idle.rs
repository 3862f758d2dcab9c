//! What an idle one takes.

use std::hint::black_box;

use crate::memory::live;
use crate::servers::{Cell, Quick, Worker};
use crate::{alone, one_thread, settled};

const MANY: usize = 10_000;

/// The bytes of each of so many clients, with all that is behind it.
fn each<T>(clients: Vec<T>, before: isize) -> usize {
    let bytes = live() - before;
    drop(black_box(clients));
    usize::try_from(bytes).expect("they take something") / MANY
}

/// A vector that will not grow.
fn room<T>() -> Vec<T> {
    Vec::with_capacity(MANY)
}

#[test]
fn g05_an_idle_agent_takes_little() {
    let _alone = alone();
    let before = live();
    let mut agents = room();
    agents.extend((0..MANY).map(|_| Cell::start(1).expect("an agent starts")));
    let fresh = each(agents, before);

    let before = live();
    let mut agents = room();
    agents.extend((0..MANY).map(|_| Cell::start(1).expect("an agent starts")));
    for agent in &agents {
        assert_eq!(agent.get().wait(), Ok(1));
    }
    let used = each(agents, before);
    eprintln!("an agent of 8 bytes with its client: {fresh} bytes, {used} when it was called");
    assert!(fresh <= 128 && used <= 128, "{fresh} and {used} bytes");
}

/// Starts them, lets each handle a call, and counts before and after that.
macro_rules! idle_servers {
    ($server:ident) => {{
        one_thread().block_on(async {
            let before = live();
            let mut servers = room();
            for _ in 0..MANY {
                servers.push($server::start(1).await.expect("there is a runtime"));
            }
            let fresh = usize::try_from(live() - before).expect("they take something") / MANY;
            for server in &servers {
                assert_eq!(server.get().await, Ok(1));
                // By a message.
                assert_eq!(server.get().send().expect("there is room").await, Ok(1));
            }
            let used = usize::try_from(live() - before).expect("they take something") / MANY;
            for server in servers {
                server.stop().await.expect("it lives");
            }
            settled(0).await;
            eprintln!(
                "a {} of 8 bytes with its client: {fresh} bytes, {used} when it was called",
                stringify!($server)
            );
            (fresh, used)
        })
    }};
}

#[test]
fn g05_an_idle_server_takes_little() {
    let _alone = alone();
    for (fresh, used) in [idle_servers!(Worker), idle_servers!(Quick)] {
        assert!(fresh <= 1_536 && used <= 1_536, "{fresh} and {used} bytes");
    }
}
