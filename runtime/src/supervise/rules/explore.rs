//! The rules against a model of them: all sequences of events that can come.
//!
//! The model knows which children are wanted and what the world does with them, and nothing of how the rules get there.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::*;
use Alive::{No as Dead, Running, Starting};
use Restart::{Permanent, Temporary, Transient};
use Strategy::{OneForAll, OneForOne, RestForOne};

/// A supervisor that is explored.
#[derive(Clone, Debug)]
struct Setup {
    strategy: Strategy,
    dynamic: bool,
    auto: AutoShutdown,
    /// How many restarts are allowed.
    most: u32,
    /// The children that are added, in this order, at any time.
    kinds: Vec<(Restart, bool)>,
    /// Whether commands come.
    by_hand: bool,
    /// Whether it begins with all children running.
    running: bool,
    /// How many events come at most.
    depth: usize,
}

/// What there is of a child in the world.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum Alive {
    #[default]
    No,
    Starting,
    Running,
}

/// A child as the model has it.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and most combinations occur")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Kid {
    added: bool,
    known: bool,
    alive: Alive,
    /// It is to be up, now or once its group is.
    wanted: bool,
    /// It is to be stopped.
    doomed: bool,
    /// It was told to stop.
    told: bool,
    /// Its delay runs.
    timer: bool,
    /// It died or failed itself, and has had no delay for that yet.
    fell: bool,
    /// It has never run, or is started by hand.
    first: bool,
    hand: bool,
    failures: u32,
    starts: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    rules: Rules,
    kids: Vec<Kid>,
    restarts: u32,
    gave_up: Option<bool>,
}

const NOW: Duration = Duration::ZERO;

macro_rules! ensure {
    ($holds:expr, $($said:tt)+) => { if !$holds { return Err(format!($($said)+)); } };
}

fn subject(action: Action) -> Option<No> {
    match action {
        Action::Start { no }
        | Action::Delay { no, .. }
        | Action::Stop { no, .. }
        | Action::Vacate { no }
        | Action::Forget { no } => Some(no),
        Action::GiveUp { .. } => None,
    }
}

impl Setup {
    fn world(&self) -> World {
        let mut world = self.empty();
        for (no, &(restart, significant)) in (0..).zip(&self.kinds).filter(|_| self.running) {
            for event in [Event::Add { no, restart, significant }, Event::Started { no, at: NOW }] {
                world = self.step(&world, event).unwrap();
            }
        }
        world
    }

    fn empty(&self) -> World {
        let intensity = Intensity::new(self.most, Duration::from_secs(5));
        let rules = if self.dynamic {
            Rules::dynamic(intensity)
        } else {
            Rules::new(self.strategy, intensity, self.auto)
        };
        World { rules, kids: vec![Kid::default(); self.kinds.len()], restarts: 0, gave_up: None }
    }

    fn kind(&self, no: No) -> (Restart, bool) {
        self.kinds[index(no)]
    }

    fn grouped(&self) -> bool {
        self.strategy != OneForOne
    }

    /// The events that can come.
    fn events(&self, world: &World) -> Vec<Event> {
        let mut events = Vec::new();
        if let Some(next) = world.kids.iter().position(|kid| !kid.added) {
            let (restart, significant) = self.kinds[next];
            events.push(Event::Add { no: next as No, restart, significant });
        }
        for (no, kid) in (0..).zip(&world.kids) {
            match kid.alive {
                Starting => events.extend([
                    Event::Started { no, at: NOW },
                    Event::Ignored { no },
                    Event::StartFailed { no, at: NOW },
                ]),
                Running => events.extend([true, false].map(|bad| Event::Ended { no, bad, at: NOW })),
                Dead => {}
            }
            if kid.timer {
                events.push(Event::Due { no });
            }
            if self.by_hand && kid.known {
                if kid.wanted || kid.alive != Dead {
                    events.push(Event::Terminate { no });
                } else {
                    events.extend([Event::Restart { no }, Event::Delete { no }]);
                }
            }
        }
        events
    }

    /// Takes an event in model and rules, and compares.
    fn step(&self, world: &World, event: Event) -> Result<World, String> {
        let mut world = world.clone();
        let there = |kid: &Kid| kid.alive != Dead || kid.wanted;
        let was_there = there(&world.kids[index(event.no())]);
        self.expect(&mut world, event);
        let is_there = there(&world.kids[index(event.no())]);
        let actions = world.rules.apply(event);

        let leaves = actions.iter().filter(|a| matches!(a, Action::Vacate { .. } | Action::Forget { .. }));
        let deleted = matches!(event, Event::Delete { .. });
        ensure!(leaves.count() == usize::from(deleted || was_there && !is_there), "who left? {actions:?}");
        if !self.grouped() {
            let others = actions.iter().filter_map(|&a| subject(a)).filter(|&no| no != event.no());
            ensure!(others.count() == 0, "a sibling is touched: {actions:?}");
        }
        let gave_up = match actions.last() {
            Some(Action::GiveUp { why }) => Some(*why == GiveUp::Intensity),
            _ => None,
        };
        ensure!(gave_up == world.gave_up, "gives up: {actions:?}, expected {:?}", world.gave_up);
        for &action in &actions {
            self.act(&mut world, event, action).map_err(|error| format!("{error}: {actions:?}"))?;
        }
        self.check(&world)?;
        Ok(world)
    }

    /// What an event means, by the model.
    fn expect(&self, world: &mut World, event: Event) {
        let no = event.no();
        let (restart, significant) = self.kind(no);
        let kid = &mut world.kids[index(no)];
        let own = !kid.doomed;
        match event {
            Event::Add { .. } => {
                *kid = Kid { added: true, known: true, wanted: true, first: true, ..Kid::default() };
            }
            Event::Started { .. } => (kid.alive, kid.first, kid.hand) = (Running, false, false),
            Event::Due { .. } => kid.timer = false,
            Event::Terminate { .. } => {
                kid.doomed = kid.alive != Dead;
                kid.unwant();
            }
            Event::Restart { .. } => {
                *kid = Kid { wanted: true, hand: true, first: false, ..*kid };
            }
            Event::Delete { .. } => {}
            Event::Ignored { .. } | Event::StartFailed { .. } | Event::Ended { .. } => {
                (kid.alive, kid.doomed, kid.told) = (Dead, false, false);
                let restarts = match event {
                    Event::StartFailed { .. } => !kid.first && !kid.hand,
                    Event::Ended { bad, .. } => restart == Permanent || restart == Transient && bad,
                    _ => false,
                };
                if own && restarts {
                    self.expect_restart(world, no);
                } else if own {
                    kid.unwant();
                    if matches!(event, Event::Ended { .. }) && significant {
                        self.expect_auto_shutdown(world);
                    }
                }
            }
        }
    }

    fn expect_restart(&self, world: &mut World, no: No) {
        world.restarts += 1;
        if world.restarts > self.most {
            world.gave_up = Some(true);
            return;
        }
        let kid = &mut world.kids[index(no)];
        kid.fell = true;
        kid.failures += 1;
        let first = match self.strategy {
            OneForOne => return,
            OneForAll => 0,
            RestForOne => index(no),
        };
        for (other, kid) in world.kids.iter_mut().enumerate().skip(first) {
            if !kid.known || other == index(no) {
                continue;
            }
            kid.hand = false;
            if kid.alive != Dead && !kid.doomed {
                kid.doomed = true;
                if self.kinds[other].0 == Temporary {
                    kid.unwant();
                }
            } else if kid.alive == Dead && !kid.wanted {
                *kid = Kid { wanted: true, first: false, ..*kid };
            }
        }
    }

    fn expect_auto_shutdown(&self, world: &mut World) {
        let left = world.kids.iter().zip(&self.kinds).any(|(kid, kind)| kid.wanted && kind.1);
        let ends = match self.auto {
            AutoShutdown::Never => false,
            AutoShutdown::AnySignificant => true,
            AutoShutdown::AllSignificant => !left,
        };
        if ends {
            world.gave_up = Some(false);
        }
    }

    /// Does what an action says, if it may be said.
    fn act(&self, world: &mut World, event: Event, action: Action) -> Result<(), String> {
        let Some(no) = subject(action) else { return Ok(()) };
        let before = world.kids.clone();
        let others = || before.iter().enumerate().filter(|&(other, _)| other != index(no));
        let temporary = self.kind(no).0 == Temporary;
        let kid = &mut world.kids[index(no)];
        ensure!(kid.known, "{no} is not known");
        match action {
            Action::Start { .. } => {
                ensure!(kid.wanted && kid.alive == Dead && !kid.timer && !kid.fell, "{no} must not start");
                ensure!(!temporary || kid.starts == 0, "{no} is temporary");
                if self.grouped() {
                    ensure!(others().all(|(_, kid)| !kid.doomed), "stops come first");
                    ensure!(others().all(|(_, kid)| kid.alive != Starting), "starts come one by one");
                    let mut older =
                        others().filter(|&(other, kid)| other < index(no) && kid.known && kid.wanted);
                    ensure!(older.all(|(_, kid)| kid.alive == Running), "{no} starts before its turn");
                }
                kid.alive = Starting;
                kid.starts = (kid.starts + 1).min(2);
            }
            Action::Delay { failures, .. } => {
                ensure!(kid.wanted && kid.alive == Dead && !kid.timer && kid.fell, "{no} has no delay");
                ensure!(failures == kid.failures, "{no} failed {} times", kid.failures);
                (kid.timer, kid.fell) = (true, false);
            }
            Action::Stop { comes_back, .. } => {
                ensure!(kid.alive != Dead && kid.doomed && !kid.told, "{no} must not be stopped");
                ensure!(comes_back == kid.wanted, "{no} comes back: {}", kid.wanted);
                if self.grouped() {
                    ensure!(others().all(|(_, kid)| !kid.told), "stops come one by one");
                    let mut younger = others().filter(|&(other, _)| other > index(no));
                    ensure!(younger.all(|(_, kid)| !kid.doomed), "the youngest is stopped first");
                }
                kid.told = true;
            }
            Action::Vacate { .. } => {
                ensure!(no == event.no() && kid.alive == Dead && !kid.wanted, "{no} has not gone");
                ensure!(!temporary && !self.dynamic, "{no} has to be forgotten");
            }
            Action::Forget { .. } => {
                let failed_first = kid.first && matches!(event, Event::StartFailed { .. });
                let deleted = matches!(event, Event::Delete { .. });
                ensure!(no == event.no() && kid.alive == Dead && !kid.wanted, "{no} has not gone");
                ensure!(temporary || self.dynamic || failed_first || deleted, "{no} has to be kept");
                kid.known = false;
            }
            Action::GiveUp { .. } => {}
        }
        Ok(())
    }

    /// Whether the rules say of each child what is the case, and whether anything is stuck.
    fn check(&self, world: &World) -> Result<(), String> {
        if world.gave_up.is_some() {
            for event in self.events(world) {
                let actions = world.rules.clone().apply(event);
                ensure!(actions.is_empty(), "the supervisor has given up: {actions:?} after {event:?}");
            }
            return Ok(());
        }
        for (no, kid) in (0..).zip(&world.kids) {
            let status = world.rules.status(no);
            ensure!(status == kid.status(), "{no} is {status:?}, not {:?}", kid.status());
            let fits = world.rules.may_restart(no);
            ensure!(fits.is_ok() == (status == Some(Status::Down)), "{no} may be restarted: {fits:?}");
            ensure!((fits == Err(Refused::NotFound)) == status.is_none(), "{no} is not found: {fits:?}");
        }
        ensure!(world.rules.restarts() == u64::from(world.restarts), "restarts: {}", world.rules.restarts());
        ensure!(
            world.rules.len() == world.kids.iter().filter(|kid| kid.known).count(),
            "the number of children"
        );
        let busy = |kid: &Kid| kid.told || kid.timer || kid.alive == Starting;
        let settled = |kid: &Kid| !kid.doomed && (kid.alive == Running) == kid.wanted;
        ensure!(world.kids.iter().any(busy) || world.kids.iter().all(settled), "nothing goes on");
        Ok(())
    }

    /// Events that do not fit change nothing.
    fn check_strays(&self, world: &World) -> Result<(), String> {
        (0..).zip(&world.kids).try_for_each(|(no, kid)| self.check_strays_of(world, no, kid))
    }

    fn check_strays_of(&self, world: &World, no: No, kid: &Kid) -> Result<(), String> {
        let down = kid.known && kid.alive == Dead && !kid.wanted;
        let (restart, significant) = self.kind(no);
        let strays = [
            (!kid.timer, Event::Due { no }),
            (kid.alive != Starting && !kid.told, Event::Started { no, at: NOW }),
            (kid.alive == Dead, Event::Ended { no, bad: true, at: NOW }),
            (kid.alive == Dead || kid.alive == Running && !kid.doomed, Event::StartFailed { no, at: NOW }),
            (kid.alive == Dead || kid.alive == Running && !kid.doomed, Event::Ignored { no }),
            (!kid.known || down, Event::Terminate { no }),
            (!down, Event::Restart { no }),
            (!down, Event::Delete { no }),
            (kid.known, Event::Add { no, restart, significant }),
        ];
        let mut rules = world.rules.clone();
        for (_, stray) in strays.into_iter().filter(|&(is_stray, _)| is_stray) {
            let actions = rules.apply(stray);
            ensure!(actions.is_empty(), "{stray:?} is answered: {actions:?}");
        }
        ensure!(rules == world.rules, "events that do not fit changed something");
        Ok(())
    }

    /// When nothing goes wrong any more, all who are wanted run in the end. `calmed` are those of whom that is known.
    fn calm(&self, world: &World, calmed: &mut HashSet<World>) -> Result<(), String> {
        let mut world = world.clone();
        for _ in 0..40 {
            if !calmed.insert(world.clone()) {
                return Ok(());
            }
            let next = (0..).zip(&world.kids).find_map(|(no, kid)| match kid.alive {
                Starting if kid.told => Some(Event::StartFailed { no, at: NOW }),
                Starting => Some(Event::Started { no, at: NOW }),
                Running if kid.told => Some(Event::Ended { no, bad: false, at: NOW }),
                _ if kid.timer => Some(Event::Due { no }),
                _ => None,
            });
            // That all are settled then has been checked with the step.
            let Some(event) = next else { return Ok(()) };
            world = self.step(&world, event)?;
        }
        Err("there is no end to it".to_owned())
    }

    /// Explores all sequences of events, each state once, and returns how many states there are.
    fn explore(&self) -> usize {
        let mut found = vec![(self.world(), None)];
        let mut seen = HashMap::from([(self.world(), 0)]);
        let mut calmed = HashSet::new();
        let mut at = 0;
        while at < found.len() {
            let world = found[at].0.clone();
            at += 1;
            if world.gave_up.is_some() {
                continue;
            }
            if let Err(error) = self.check_strays(&world).and_then(|()| self.calm(&world, &mut calmed)) {
                panic!("{error}\nin calm after {:?}\nof {self:?}", trail(&found, at - 1));
            }
            let depth = seen[&world];
            let events = if depth < self.depth { self.events(&world) } else { vec![] };
            for event in events {
                let next = self.step(&world, event).unwrap_or_else(|error| {
                    panic!("{error}\nby {event:?} after {:?}\nof {self:?}", trail(&found, at - 1))
                });
                if !seen.contains_key(&next) {
                    seen.insert(next.clone(), depth + 1);
                    found.push((next, Some((at - 1, event))));
                }
            }
        }
        found.len()
    }
}

impl Kid {
    fn unwant(&mut self) {
        (self.wanted, self.timer, self.fell, self.failures) = (false, false, false, 0);
    }

    fn status(&self) -> Option<Status> {
        let status = match self.alive {
            Starting | Running if self.told => Status::Stopping,
            Starting => Status::Starting,
            Running => Status::Running,
            Dead if self.wanted => Status::Waiting,
            Dead => Status::Down,
        };
        self.known.then_some(status)
    }
}

fn index(no: No) -> usize {
    usize::try_from(no).expect("there are few children")
}

/// The events that led to a state.
fn trail(found: &[(World, Option<(usize, Event)>)], mut at: usize) -> Vec<Event> {
    let mut events = Vec::new();
    while let Some((before, event)) = found[at].1 {
        events.push(event);
        at = before;
    }
    events.reverse();
    events
}

/// Every way to give `N` children one of these kinds.
fn all_kinds<const N: usize>(kinds: &[(Restart, bool)]) -> Vec<Vec<(Restart, bool)>> {
    (0..N).fold(vec![vec![]], |found, _| {
        let longer =
            |some: &Vec<_>| kinds.iter().map(|&kind| [some.as_slice(), &[kind]].concat()).collect::<Vec<_>>();
        found.iter().flat_map(longer).collect()
    })
}

const KINDS: [(Restart, bool); 3] = [(Permanent, false), (Transient, false), (Temporary, false)];
const SIGNIFICANT: [(Restart, bool); 3] = [(Permanent, false), (Transient, true), (Temporary, true)];

fn explore_all(strategy: Strategy, dynamic: bool) {
    let plain = Setup {
        strategy,
        dynamic,
        auto: AutoShutdown::Never,
        most: 2,
        kinds: vec![],
        by_hand: true,
        running: false,
        depth: 0,
    };
    let mut counts = [0; 4];
    for kinds in all_kinds::<2>(&KINDS) {
        counts[0] += Setup { kinds, depth: 9, ..plain.clone() }.explore();
    }
    for kinds in all_kinds::<3>(&KINDS) {
        let three = Setup { kinds, running: true, ..plain.clone() };
        counts[1] += Setup { depth: 4, ..three.clone() }.explore();
        counts[2] += Setup { depth: 8, by_hand: false, ..three }.explore();
    }
    let autos = [AutoShutdown::AnySignificant, AutoShutdown::AllSignificant];
    for auto in autos.into_iter().filter(|_| !dynamic) {
        for kinds in all_kinds::<3>(&SIGNIFICANT) {
            counts[3] += Setup { auto, most: 1, kinds, running: true, depth: 3, ..plain.clone() }.explore();
        }
    }
    let enough = [1_000, 4_000, 3_000, if dynamic { 0 } else { 4_000 }];
    assert!(counts.iter().zip(enough).all(|(&count, least)| count >= least), "too few states: {counts:?}");
}

#[test]
fn one_for_one_keeps_to_the_model() {
    explore_all(OneForOne, false);
}

#[test]
fn one_for_all_keeps_to_the_model() {
    explore_all(OneForAll, false);
}

#[test]
fn rest_for_one_keeps_to_the_model() {
    explore_all(RestForOne, false);
}

#[test]
fn dynamic_keeps_to_the_model() {
    explore_all(OneForOne, true);
}
