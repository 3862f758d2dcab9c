//! Those who wait for the ends of others, and look what is left of them then; and servers that no supervisor has.

use std::sync::Arc;

use callcast::ServerId;
use callcast::prelude::*;

use super::build;
use super::desk::ms;
use super::faults::Fault;
use super::servers::{Badge, Keeper, Kind, Plain, PlainClient};
use super::world::{State, World};
use crate::rng::Rng;

/// Waits for the end of the incarnation that is there.
pub(crate) fn watch(world: &Arc<World>, slot: usize) {
    let Some(client) = world.state().slots[slot].client.clone().and_then(|client| client.pinned()) else {
        return;
    };
    let Some(id) = client.id() else { return };
    let number = {
        let mut state = world.state();
        let Some(life) = state.slots[slot].here else { return };
        state.know(life, id);
        state.monitor(life)
    };
    let monitor = client.monitor();
    let world = Arc::clone(world);
    drop(tokio::spawn(async move {
        let down = monitor.await;
        world.state().down(number, down.id);
        world.is_given_up(slot, &down);
    }));
}

impl World {
    /// What somebody held is given up before anybody is told of his end.
    fn is_given_up(self: &Arc<Self>, slot: usize, down: &Down) {
        let (name, key) = {
            let state = self.state();
            (state.slots[slot].name, state.slots[slot].key)
        };
        if let Some(key) = key
            && self.registry.watch_key(&key).0.contains(&down.id)
        {
            self.state().broken(|| format!("{} has ended, and has the key of s{slot}", down.id));
        }
        if let Some(name) = name
            && self.holder(name) == Some(down.id)
        {
            self.state().broken(|| format!("{} has ended, and has the name of s{slot}", down.id));
        }
    }

    /// Who has a name: an agent that wants it is told at once. It goes again, before anybody else has had his turn.
    fn holder(self: &Arc<Self>, name: usize) -> Option<ServerId> {
        let slot = self.state().looker();
        let badge = Badge { world: Arc::clone(self), slot };
        match Keeper::spec(badge).name(&self.names[name]).start() {
            Err(StartError::AlreadyStarted(holder)) => Some(holder),
            Ok(Some(client)) => {
                // Its name would keep it.
                drop(client.kill().send());
                None
            }
            Ok(None) | Err(_) => None,
        }
    }
}

/// Starts servers under one name, one after the other, and ends them; others do the same with the same name.
pub(crate) async fn lone(world: Arc<World>, mut rng: Rng, name: usize) {
    let slot = build::lone(&mut world.state(), name);
    while !world.state().is_calm {
        let badge = Badge { world: Arc::clone(&world), slot };
        let spec = Plain::spec(badge).label(format!("{}lone {slot}", world.label)).name(&world.names[name]);
        match spec.start().await {
            Ok(Some(client)) => end(&world, &mut rng, slot, client).await,
            Err(StartError::AlreadyStarted(holder)) => {
                world.state().taken(slot, name, holder);
                tokio::time::sleep(ms(rng.between(1, 300))).await;
            }
            Ok(None) | Err(_) => {}
        }
        // Where time stands still, nothing else would run.
        if rng.percent(5) {
            tokio::time::sleep(ms(1)).await;
        }
    }
}

/// Ends it, in one way or the other; when this returns, its end is known.
async fn end(world: &Arc<World>, rng: &mut Rng, slot: usize, client: PlainClient) {
    world.state().slots[slot].client = Some(client.clone().into());
    let down = client.monitor();
    tokio::time::sleep(ms(rng.between(1, 800))).await;
    let is_kill = rng.percent(50);
    world.state().fault(if is_kill { Fault::Kill } else { Fault::Stop });
    let ended = if is_kill { client.kill().await } else { client.stop().await };
    // By itself, or by somebody else's message, a moment before.
    drop(ended);
    let down = down.await;
    world.is_given_up(slot, &down);
    if world.state().slots[slot].here.is_some() {
        world.state().broken(|| format!("s{slot} is told to have ended, and is there"));
    }
}

impl State {
    /// The place of those who want to know who has a name.
    fn looker(&mut self) -> usize {
        if let Some(slot) = self.looker {
            return slot;
        }
        let slot = build::lone(self, 0);
        (self.slots[slot].name, self.slots[slot].kind) = (None, Kind::Agent);
        self.looker = Some(slot);
        slot
    }

    /// A name has an owner, who lives.
    fn taken(&mut self, slot: usize, name: usize, holder: ServerId) {
        self.note("taken", slot, name as u64);
        if self.life(holder).is_some_and(|life| life.ended.is_some()) {
            self.broken(|| format!("the name {name} is taken by {holder}, who has ended"));
        }
    }
}
