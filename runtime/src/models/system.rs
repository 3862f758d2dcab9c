//! What goes ahead of messages, and what has them wait.

use super::model;
use crate::Agent;
use crate::client::ClientOf as _;
use crate::exit::ExitReason;
use crate::holder::Holder;
use crate::sync::model::{block_on, thread};

#[test]
fn loom_a_suspended_agent_handles_nothing_and_forgets_nobody() {
    model(|| {
        let agent = Agent::new(0);
        let other = agent.clone();
        let caller = thread::spawn(move || {
            let step = |n: &mut u32| std::mem::replace(n, *n + 1);
            block_on(other.get_and_update(step).no_timeout())
        });
        block_on(agent.sys().suspend().no_timeout()).unwrap();
        let first = block_on(agent.sys().with_state(Holder::value).no_timeout()).unwrap();
        let second = block_on(agent.sys().with_state(Holder::value).no_timeout()).unwrap();
        assert_eq!(first, second, "it has handled a message");
        block_on(agent.sys().resume().no_timeout()).unwrap();
        assert_eq!(caller.join().unwrap(), Ok(0));
        assert_eq!(block_on(agent.get(|n| *n).no_timeout()), Ok(1));
    });
}

#[test]
fn loom_an_agent_ends_ahead_of_its_messages_although_it_is_suspended() {
    model(|| {
        let agent = Agent::new(0);
        let other = agent.clone();
        let caller = thread::spawn(move || block_on(other.update(|n| *n += 1).no_timeout()));
        block_on(agent.sys().suspend().no_timeout()).unwrap();
        let ended = block_on(agent.sys().terminate(ExitReason::Shutdown));
        assert_eq!(ended, Ok(ExitReason::Shutdown));
        match caller.join().unwrap() {
            Ok(()) => {}
            Err(error) => assert!(!error.may_have_run()),
        }
    });
}
