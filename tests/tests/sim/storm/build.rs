//! Random trees: what they are to be, and their specs.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::Arc;

use callcast::{
    AutoShutdown, Backoff, DynamicSupervisor, Restart, Shutdown, StartChildError, Supervisor,
    SupervisorClient, SupervisorSpec,
};

use super::desk::ms;
use super::options::Options;
use super::servers::{Badge, Inline, Keeper, Kind, Newest, Oldest, Plain, Rejects, Tight};
use super::world::{LONE_NAMES, NAMES, Slot, State, Sup, World};
use crate::rng::Rng;

/// The most workers that one world has, in all its trees.
const SLOTS: usize = 1_200;

/// What a child's spec says, whatever the child is.
#[derive(Clone, Debug)]
struct Terms {
    id: String,
    restart: Restart,
    shutdown: Shutdown,
    significant: bool,
    /// From how many milliseconds to how many.
    backoff: Option<(u64, u64)>,
    /// Milliseconds; agents have none.
    start_timeout: u64,
    /// Made by `.temporary()`.
    once: bool,
}

/// Makes the spec of a worker of this kind, and uses it.
macro_rules! with_spec {
    ($kind:expr, $world:expr, $slot:expr, $terms:expr, |$spec:ident| $use:expr) => {{
        let (world, slot, terms): (&Arc<World>, usize, &Terms) = ($world, $slot, $terms);
        let limit = ms(terms.start_timeout);
        let badge = Badge { world: Arc::clone(world), slot };
        macro_rules! server {
            ($server:ident) => {{
                let mut spec = claimed!($server::spec(badge).start_timeout(limit), world, slot, terms);
                let client = spec.client();
                world.state().slots[slot].client = Some(client.into());
                let $spec = spec;
                $use
            }};
        }
        match $kind {
            Kind::Plain => {
                let mut spec = claimed!(Plain::spec(badge).start_timeout(limit), world, slot, terms);
                let client = spec.client();
                {
                    let mut state = world.state();
                    state.slots[slot].plain = Some(client.clone());
                    state.slots[slot].client = Some(client.into());
                }
                let $spec = spec;
                $use
            }
            Kind::Tight => server!(Tight),
            Kind::Rejects => server!(Rejects),
            Kind::Oldest => server!(Oldest),
            Kind::Newest => server!(Newest),
            Kind::Inline => server!(Inline),
            Kind::Agent => {
                let mut spec = claimed!(Keeper::spec(badge), world, slot, terms);
                let client = spec.client();
                world.state().slots[slot].client = Some(client.into());
                let $spec = spec;
                $use
            }
        }
    }};
}

/// Says in a spec where the server is to be found, and what its supervisor is to know.
macro_rules! claimed {
    ($spec:expr, $world:expr, $slot:expr, $terms:expr) => {{
        let (name, key, path) = {
            let state = $world.state();
            let slot = &state.slots[$slot];
            (slot.name, slot.key, slot.path.clone())
        };
        let mut spec = said!($spec, $terms).label(format!("{}{path}", $world.label));
        if let Some(name) = name {
            spec = spec.name(&$world.names[name]);
        }
        if let Some(key) = key {
            spec = spec.register(&$world.registry, key);
        }
        spec
    }};
}

macro_rules! said {
    ($spec:expr, $terms:expr) => {{
        let terms: &Terms = $terms;
        let spec = $spec.id(terms.id.as_str()).restart(terms.restart).significant(terms.significant);
        let spec = spec.shutdown(terms.shutdown);
        match terms.backoff {
            None => spec,
            Some((first, most)) => spec.backoff(Backoff::exponential(ms(first), ms(most))),
        }
    }};
}

/// Makes one tree.
struct Builder<'a> {
    world: &'a Arc<World>,
    rng: &'a mut Rng,
    options: Options,
    left: u64,
}

/// The spec of a new tree; what was there before is not any more.
pub(crate) fn tree(world: &Arc<World>, rng: &mut Rng) -> SupervisorSpec {
    let options = {
        let mut state = world.state();
        state.tree = (state.slots.len(), state.sups.len());
        // A name and a key have one owner, in the tree that is there.
        let supervised = state.slots.iter_mut().filter(|slot| slot.sup.is_some());
        supervised.for_each(|slot| (slot.name, slot.key) = (None, None));
        state.trees.push_str("A tree:\n");
        state.options
    };
    let left = options.workers;
    let spec = Builder { world, rng, options, left }.supervisor(String::from("r"), None);
    spec.label(format!("{}r", world.label))
}

impl Builder<'_> {
    fn supervisor(&mut self, path: String, above: Option<usize>) -> SupervisorSpec {
        let (number, sup, auto) = self.plan(path, above);
        let (most, window, is_dynamic) = (sup.most, ms(sup.window), sup.is_dynamic);
        let (path, depth) = (sup.path.clone(), sup.depth);
        let spec = match (is_dynamic, sup.is_plain) {
            (true, _) => DynamicSupervisor::new(),
            (false, true) => Supervisor::one_for_one(),
            (false, false) if self.rng.percent(50) => Supervisor::one_for_all(),
            (false, false) => Supervisor::rest_for_one(),
        };
        let mut spec = spec.max_restarts(u32::try_from(most).expect("it is small"), window);
        self.world.state().sups.push(sup);
        if is_dynamic {
            return spec;
        }
        spec = spec.auto_shutdown(auto);
        for id in 0..self.rng.between(1, 6) {
            let path = format!("{path}.{id}");
            if depth + 1 < self.options.depth && self.rng.percent(45) {
                let below = self.child_supervisor(&path, number, auto);
                spec = match below {
                    (below, true) => spec.child(below.temporary()),
                    (below, false) => spec.child(below),
                };
            } else if self.left > 0 {
                self.left -= 1;
                spec = self.child(spec, number, id.to_string(), auto);
            }
        }
        spec
    }

    fn plan(&mut self, path: String, above: Option<usize>) -> (usize, Sup, AutoShutdown) {
        let rng = &mut *self.rng;
        let depth = above.map_or(0, |above| self.world.state().sups[above].depth + 1);
        let is_dynamic = depth > 0 && rng.percent(25);
        let is_root = depth == 0;
        let (most, window) = match (is_root, self.options.is_patient) {
            (true, true) => (1_000_000, 1_000),
            (true, false) => (rng.index(30) + 5, rng.pick(&[1_000, 5_000])),
            (false, _) => (rng.pick(&[0, 1, 3, 3, 10, 40]), rng.pick(&[100, 1_000, 5_000, 30_000])),
        };
        let auto = match rng.below(8) {
            0 if !is_root => AutoShutdown::AnySignificant,
            1 if !is_root => AutoShutdown::AllSignificant,
            _ => AutoShutdown::Never,
        };
        let sup = Sup {
            path,
            client: None,
            most,
            window,
            is_plain: is_dynamic || rng.percent(50),
            is_dynamic,
            depth,
            slots: Vec::new(),
            by_hand: Vec::new(),
            seen: None,
        };
        let mut state = self.world.state();
        let kind = match (sup.is_dynamic, sup.is_plain) {
            (true, _) => "dynamic",
            (_, true) => "one for one",
            (_, false) => "a group",
        };
        writeln!(state.trees, "{} {kind}, {most} in {window} ms, {auto:?}", sup.path)
            .expect("a string takes all");
        (state.sups.len(), sup, auto)
    }

    fn child_supervisor(&mut self, path: &str, above: usize, auto: AutoShutdown) -> (SupervisorSpec, bool) {
        let id = path.rsplit('.').next().unwrap_or_default().to_owned();
        let terms = self.terms(id, auto, true);
        let number = self.world.state().sups.len();
        let spec = self.supervisor(path.to_owned(), Some(above));
        let mut spec = said!(spec, &terms).label(format!("{}{path}", self.world.label));
        let mut state = self.world.state();
        state.sups[number].client = Some(spec.client());
        state.sups[above].is_plain &= terms.backoff.is_none();
        writeln!(state.trees, "{path} is {terms:?}").expect("a string takes all");
        (spec, terms.once)
    }

    fn child(&mut self, sup: SupervisorSpec, above: usize, id: String, auto: AutoShutdown) -> SupervisorSpec {
        let terms = self.terms(id, auto, false);
        let (slot, kind) = slot(self.world, self.rng, above, &terms);
        with_spec!(kind, self.world, slot, &terms, |spec| {
            if terms.once { sup.child(spec.temporary()) } else { sup.child(spec) }
        })
    }

    fn terms(&mut self, id: String, auto: AutoShutdown, is_sup: bool) -> Terms {
        terms(self.rng, self.options, id, auto, is_sup)
    }
}

fn terms(rng: &mut Rng, options: Options, id: String, auto: AutoShutdown, is_sup: bool) -> Terms {
    use Restart::{Permanent, Temporary, Transient};
    let restart = rng.pick(&[Permanent, Permanent, Permanent, Transient, Temporary]);
    let shutdown = match rng.below(8) {
        0 => Shutdown::Kill,
        1..4 if is_sup => Shutdown::Infinity,
        1 | 2 => Shutdown::After(ms(rng.pick(&[0, 5, 100, 1_000]))),
        3 => Shutdown::Drain(ms(rng.pick(&[0, 5, 100]))),
        _ => Shutdown::Drain(ms(2_000)),
    };
    let may_be_significant = auto != AutoShutdown::Never && restart != Permanent;
    let has_backoff = options.backoffs && restart != Temporary && rng.percent(40);
    Terms {
        id,
        restart,
        shutdown,
        significant: may_be_significant && rng.percent(50),
        backoff: has_backoff.then(|| (rng.pick(&[1, 10, 200]), rng.pick(&[200, 3_000, 20_000]))),
        start_timeout: rng.pick(&[200, 2_000, 8_000]),
        once: restart == Temporary && rng.percent(50),
    }
}

/// A place for a new worker.
fn slot(world: &World, rng: &mut Rng, above: usize, terms: &Terms) -> (usize, Kind) {
    let kinds =
        [Kind::Plain, Kind::Plain, Kind::Tight, Kind::Rejects, Kind::Oldest, Kind::Newest, Kind::Inline];
    let mut state = world.state();
    let options = state.options;
    let kind = if rng.percent(options.agents) { Kind::Agent } else { rng.pick(&kinds) };
    let number = state.slots.len();
    let path = format!("{}.{}", state.sups[above].path, terms.id);
    let first = state.tree.0;
    let name = (0..NAMES - LONE_NAMES).find(|name| state.slots.iter().all(|slot| slot.name != Some(*name)));
    let is_watcher = number > first && kind != Kind::Agent && rng.percent(options.watchers);
    let others = number - first;
    let watches = (0..rng.between(1, 3)).filter(|_| is_watcher).map(|_| first + rng.index(others)).collect();
    let is_linked = kind == Kind::Plain && others > 0 && rng.percent(options.links);
    let slot = Slot {
        path,
        sup: Some(above),
        kind,
        restart: terms.restart,
        client: None,
        plain: None,
        name: name.filter(|_| rng.percent(40)),
        key: rng.percent(40).then(|| u32::try_from(number).expect("it is small")),
        inits: VecDeque::new(),
        ends: VecDeque::new(),
        armed: false,
        here: None,
        by_hand: false,
        is_held: false,
        watches,
        link: is_linked.then(|| first + rng.index(others)),
        begun: Vec::new(),
    };
    let text = format!("s{number} {kind:?} {:?} {:?}", slot.name, slot.watches);
    writeln!(state.trees, "{} is {text} {terms:?}", slot.path).expect("a string takes all");
    state.slots.push(slot);
    state.sups[above].slots.push(number);
    state.sups[above].is_plain &= terms.backoff.is_none();
    (number, kind)
}

/// A place for a server that no supervisor has.
pub(crate) fn lone(state: &mut State, name: usize) -> usize {
    let number = state.slots.len();
    state.slots.push(Slot {
        path: format!("lone {number}"),
        sup: None,
        kind: Kind::Plain,
        restart: Restart::Temporary,
        client: None,
        plain: None,
        name: Some(name),
        key: None,
        inits: VecDeque::new(),
        ends: VecDeque::new(),
        armed: false,
        here: None,
        by_hand: true,
        is_held: false,
        watches: Vec::new(),
        link: None,
        begun: Vec::new(),
    });
    number
}

/// Starts one more child.
pub(crate) async fn start_child(world: Arc<World>, mut rng: Rng, above: usize, client: SupervisorClient) {
    let (options, number) = {
        let state = world.state();
        (state.options, state.slots.len())
    };
    if number >= SLOTS {
        return;
    }
    let terms = terms(&mut rng, options, format!("n{number}"), AutoShutdown::Never, false);
    let (slot, kind) = slot(&world, &mut rng, above, &terms);
    let is_refused = with_spec!(kind, &world, slot, &terms, |spec| {
        if terms.once {
            matches!(client.start_child(spec.temporary()).await, Err(StartChildError::AlreadyStarted(_)))
        } else {
            matches!(client.start_child(spec).await, Err(StartChildError::AlreadyStarted(_)))
        }
    });
    let mut state = world.state();
    state.note("started child", slot, u64::from(is_refused));
    if is_refused {
        state.broken(|| format!("a child of a new id is refused: {number} at {above}"));
    }
}
