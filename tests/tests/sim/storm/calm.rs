//! After the storm: everything comes back, and then nothing is left.

use std::sync::Arc;

use callcast::{ChildStatus, Restart, Supervisor, SupervisorClient, Tree};
use tokio::runtime::Handle;

use super::desk::{Deed, Parcel, ms};
use super::servers::WorkProtocol;
use super::world::World;

/// In this time all must be back, in milliseconds: a minute after the last fault, of which a few seconds have passed.
const RECOVERY: u64 = 55_000;

/// A child as the tree shows it, with the client of its supervisor.
struct Found {
    sup: SupervisorClient,
    path: String,
    id: String,
    status: ChildStatus,
    is_supervisor: bool,
}

/// All that a supervisor has, and all below those that run.
fn all(sup: &SupervisorClient, tree: &Tree, path: &str, found: &mut Vec<Found>) {
    for child in &tree.children {
        let path = format!("{path}.{}", child.id);
        let is_supervisor = child.type_name == "Supervisor";
        found.push(Found {
            sup: sup.clone(),
            path: path.clone(),
            id: child.id.clone(),
            status: child.status,
            is_supervisor,
        });
        if is_supervisor && let Ok(below) = sup.client::<Supervisor>(&child.id) {
            all(&below, child, &path, found);
        }
    }
}

/// Those that nobody will start again by himself are started by hand; all others must come by themselves.
async fn lend_a_hand(world: &World, found: &[Found]) {
    for child in found.iter().filter(|child| child.status == ChildStatus::Down) {
        let by_hand = {
            let state = world.state();
            let (first, _) = state.tree;
            let slot = state.slots[first..].iter().find(|slot| slot.path == child.path);
            child.is_supervisor || slot.is_none_or(|slot| slot.by_hand)
        };
        if by_hand {
            drop(child.sup.restart_child(child.id.as_str()).await);
        }
    }
}

/// Nothing goes wrong any more: by and by each child that must be there is there, and answers.
pub(crate) async fn recover(world: &Arc<World>, root: &SupervisorClient) -> Result<(), String> {
    let began = world.state().now();
    loop {
        let mut found = Vec::new();
        all(root, &root.tree(), "r", &mut found);
        lend_a_hand(world, &found).await;
        let missing = missing(world, root).await;
        let now = world.state().now();
        match missing {
            None => return Ok(()),
            Some(missing) if now >= began + RECOVERY => {
                return Err(format!("at {now}: {missing}, a minute after the last fault"));
            }
            Some(_) => tokio::time::sleep(ms(1_000)).await,
        }
        if let Some(wrong) = world.state().wrong.take() {
            return Err(wrong);
        }
    }
}

/// A permanent child that is not there, or does not answer.
async fn missing(world: &Arc<World>, root: &SupervisorClient) -> Option<String> {
    if !root.is_alive() {
        return Some("the root has ended".into());
    }
    let mut found = Vec::new();
    all(root, &root.tree(), "r", &mut found);
    let (slots, sups) = {
        let state = world.state();
        let (first, sups) = state.tree;
        let slots = first..state.slots.len();
        let permanent = |slot: &usize| state.slots[*slot].restart == Restart::Permanent;
        let slots = slots.filter(permanent).map(|slot| {
            let by_hand = state.slots[slot].by_hand;
            let is_static = !state.slots[slot].path.rsplit('.').next().is_some_and(|id| id.starts_with('n'));
            (slot, state.slots[slot].path.clone(), is_static && !by_hand)
        });
        let sups: Vec<String> = state.sups[sups..].iter().map(|sup| sup.path.clone()).collect();
        (slots.collect::<Vec<_>>(), sups)
    };
    let runs = |path: &str| {
        path == "r" || found.iter().any(|child| child.path == path && child.status == ChildStatus::Running)
    };
    for (slot, path, is_certain) in slots {
        let Some(child) = found.iter().find(|child| child.path == path) else {
            let above = path.rsplit_once('.').map_or("r", |(above, _)| above);
            if is_certain && sups.iter().any(|sup| sup == above) && runs(above) {
                return Some(format!("s{slot} ({path}) is not listed any more"));
            }
            continue;
        };
        if child.status != ChildStatus::Running {
            return Some(format!("s{slot} ({path}) is {:?}", child.status));
        }
        let Ok(client) = child.sup.client::<WorkProtocol>(&child.id) else {
            return Some(format!("s{slot} ({path}) has no client"));
        };
        let sent = world.state().send(slot, 1 << 40, true, None, Some(5_000));
        let (number, world) = (sent.number, Arc::clone(world));
        let parcel = Parcel { world: Arc::clone(&world), number, deed: Deed::Nothing, is_armed: false };
        let answer = client.ask(parcel).timeout(ms(5_000)).await;
        world.state().answered(sent, &answer);
        if let Err(error) = answer {
            return Some(format!("s{slot} ({path}) does not answer: {error}"));
        }
    }
    None
}

/// The tree stops; what it was made of has gone.
pub(crate) async fn end(world: Arc<World>, root: SupervisorClient) -> Result<(), String> {
    let stopping = tokio::time::timeout(ms(600_000), root.stop()).await;
    stopping.map_err(|_| "the tree does not stop".to_owned())?.map_err(|error| error.to_string())?;
    let tree = world.state().tree;
    let all = world.state().lives.len();
    world.state().ended_below(tree.1, all);
    world.check();
    drop(root);
    // Those who waited for the end of others go on once more.
    tokio::time::sleep(ms(30_000)).await;
    let mut state = world.state();
    state.balance();
    let here: Vec<usize> =
        state.lives.iter().filter(|life| life.ended.is_none()).map(|life| life.slot).collect();
    let wrong = state.wrong.take();
    // Without the lock: whoever is dropped with the places may look at the state.
    let places =
        (std::mem::take(&mut state.slots), std::mem::take(&mut state.sups), std::mem::take(&mut state.lives));
    drop(state);
    drop(places);
    wrong.map_or(Ok(()), Err)?;
    if !here.is_empty() {
        return Err(format!("servers are left: {here:?}"));
    }
    let names = world.names.iter().filter(|name| name.whereis().is_some()).count();
    let (tasks, entries) = (Handle::current().metrics().num_alive_tasks(), world.registry.count());
    let listed = callcast::observe()
        .into_iter()
        .filter(|server| server.label.as_deref().is_some_and(|label| label.starts_with(&world.label)));
    let (listed, holders) = (listed.count(), Arc::strong_count(&world) - 1);
    if (tasks, names, entries, listed, holders) != (0, 0, 0, 0, 0) {
        return Err(format!(
            "{tasks} tasks, {names} names, {entries} entries, {listed} servers are left, and {holders} who know the \
             world"
        ));
    }
    Ok(())
}
