//! How those who watch an agent hear of it.

use super::model;
use crate::Agent;
use crate::error::CallError;
use crate::exit::ExitReason;
use crate::sync::model::{block_on, thread};

#[test]
fn loom_a_state_that_is_waited_for_is_seen() {
    model(|| {
        let agent = Agent::new(0);
        let other = agent.clone();
        let changer = thread::spawn(move || block_on(other.update(|n| *n = 7).no_timeout()));
        assert_eq!(block_on(agent.wait_until(|n| *n == 7)), Ok(()));
        assert_eq!(changer.join().unwrap(), Ok(()));
    });
}

#[test]
fn loom_who_waits_for_a_state_hears_of_the_end() {
    model(|| {
        let agent = Agent::new(0);
        let other = agent.clone();
        let killer = thread::spawn(move || block_on(other.kill()));
        assert!(matches!(
            block_on(agent.wait_until(|n| *n == 7)),
            Err(CallError::NoProc | CallError::Exit { reason: ExitReason::Killed, started: false })
        ));
        assert_eq!(killer.join().unwrap(), Ok(ExitReason::Killed));
    });
}
