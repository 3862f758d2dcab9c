//! Calls through clients that follow their servers: each is answered by the incarnation that is there, or the next.

use std::collections::BTreeMap;

use callcast::ClientOf as _;
use callcast::prelude::*;
use tokio::task::JoinHandle;

use crate::plan::{Kind, What};
use crate::run::Run;
use crate::world::{Leaf, ms};

/// A call that waits for its server to be started again.
pub(crate) struct Waiting {
    path: String,
    /// The last incarnation that there was then.
    last: u32,
    call: JoinHandle<Result<u32, CallError>>,
}

/// What the model says of one server.
struct Expected {
    number: Option<u32>,
    waits: bool,
    naps: bool,
}

pub(crate) async fn all(run: &mut Run) -> Result<(), String> {
    let expected = know(run)?;
    for (path, client) in &run.world.clients {
        let there = expected.get(path);
        if there.is_some_and(|there| there.naps) {
            continue;
        }
        let called = match client {
            Leaf::Server(server) => server.fail_fast().number().timeout(ms(1)).await,
            Leaf::Agent(agent) => agent.fail_fast().number().timeout(ms(1)).await,
        };
        let number = there.and_then(|there| there.number).ok_or(CallError::NoProc);
        if called != number {
            return Err(format!("a call to {path} gives {called:?} instead of {number:?}"));
        }
    }
    heard(run, &expected).await?;
    wait(run, &expected);
    Ok(())
}

/// What the model says of each, and a client of each that is new.
fn know(run: &mut Run) -> Result<BTreeMap<String, Expected>, String> {
    let mut expected = BTreeMap::new();
    for seen in run.root.iter().flat_map(crate::model::Sup::all) {
        let Kind::Worker(what) = &seen.child.plan.kind else { continue };
        let path = &seen.child.path;
        let number = seen.child.number();
        let there = Expected { number, waits: seen.child.waits(), naps: seen.child.naps() };
        expected.insert(path.clone(), there);
        let follows = seen.child.plan.restart != callcast::Restart::Temporary;
        if follows && number.is_some() && !run.world.clients.contains_key(path) {
            let client = run.world.leaf(path, *what == What::Agent);
            run.world.clients.insert(path.clone(), client.map_err(|error| format!("{path}: {error}"))?);
        }
    }
    Ok(expected)
}

/// Those who waited have been answered where the wait is over, and only there.
async fn heard(run: &mut Run, expected: &BTreeMap<String, Expected>) -> Result<(), String> {
    for waiting in std::mem::take(&mut run.waiting) {
        let Waiting { path, last, call } = waiting;
        let (waits, naps) = expected.get(&path).map_or((false, false), |there| (there.waits, there.naps));
        if !call.is_finished() {
            if !waits && !naps {
                return Err(format!("a call to {path} still waits"));
            }
            run.waiting.push(Waiting { path, last, call });
            continue;
        }
        match call.await.map_err(|error| error.to_string())? {
            Ok(number) if number > last => {}
            Err(CallError::NoProc | CallError::Exit { .. }) => {}
            other => return Err(format!("a call to {path} that waited after #{last} has got {other:?}")),
        }
    }
    Ok(())
}

/// Calls those that are about to be started again, once each.
fn wait(run: &mut Run, expected: &BTreeMap<String, Expected>) {
    for (path, client) in &run.world.clients {
        let waits = expected.get(path).is_some_and(|there| there.waits);
        if !waits || run.waiting.iter().any(|waiting| waiting.path == *path) {
            continue;
        }
        let last = run.ids.get(path).map_or(0, |(number, _)| *number);
        let call = match client.clone() {
            Leaf::Server(server) => tokio::spawn(async move { server.number().no_timeout().await }),
            Leaf::Agent(agent) => tokio::spawn(async move { agent.number().no_timeout().await }),
        };
        run.waiting.push(Waiting { path: path.clone(), last, call });
    }
}
