//! The rules against a model of them: all sequences of events that can come, and the rows of the conformance page.
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

/// Children that are numbered from 1 on, and a clock that is set by hand.
struct Children {
    rules: Rules,
    now: Duration,
}

const SECOND: Duration = Duration::from_secs(1);

/// Two restarts in five seconds.
fn two() -> Intensity {
    Intensity::new(2, 5 * SECOND)
}

/// All of them run.
fn children(strategy: Strategy, kinds: &[Restart]) -> Children {
    significant(Rules::new(strategy, two(), AutoShutdown::Never), kinds)
}

fn dynamic(kinds: &[Restart]) -> Children {
    significant(Rules::dynamic(two()), kinds)
}

fn significant(rules: Rules, kinds: &[Restart]) -> Children {
    let significant = rules.auto != AutoShutdown::Never;
    let mut children = Children { rules, now: Duration::ZERO };
    for (no, &restart) in (1..).zip(kinds) {
        assert_eq!(children.tell(Event::Add { no, restart, significant }), [start(no)]);
        assert_eq!(children.started(no), []);
    }
    children
}

fn start(no: No) -> Action {
    Action::Start { no }
}

fn delay(no: No, failures: u32) -> Action {
    Action::Delay { no, failures }
}

fn stop(no: No) -> Action {
    Action::Stop { no, comes_back: true }
}

fn stop_for_good(no: No) -> Action {
    Action::Stop { no, comes_back: false }
}

fn vacate(no: No) -> Action {
    Action::Vacate { no }
}

fn forget(no: No) -> Action {
    Action::Forget { no }
}

fn too_many() -> Action {
    Action::GiveUp { why: GiveUp::Intensity }
}

fn auto_shutdown() -> Action {
    Action::GiveUp { why: GiveUp::AutoShutdown }
}

impl Children {
    fn tell(&mut self, event: Event) -> Vec<Action> {
        self.rules.apply(event)
    }

    fn started(&mut self, no: No) -> Vec<Action> {
        self.tell(Event::Started { no, at: self.now })
    }

    fn fails(&mut self, no: No) -> Vec<Action> {
        self.tell(Event::StartFailed { no, at: self.now })
    }

    fn dies(&mut self, no: No) -> Vec<Action> {
        self.tell(Event::Ended { no, bad: true, at: self.now })
    }

    fn ends(&mut self, no: No) -> Vec<Action> {
        self.tell(Event::Ended { no, bad: false, at: self.now })
    }

    fn due(&mut self, no: No) -> Vec<Action> {
        self.tell(Event::Due { no })
    }

    fn terminate(&mut self, no: No) -> Vec<Action> {
        self.tell(Event::Terminate { no })
    }

    fn statuses(&self) -> Vec<Status> {
        self.rules.numbers().map(|no| self.rules.status(no).unwrap()).collect()
    }

    /// All children run.
    fn run(&self, count: usize) {
        assert_eq!(self.statuses(), vec![Status::Running; count]);
    }
}

#[test]
fn sv_o_03_a_permanent_child_that_ignores_is_kept() {
    let mut some = children(OneForOne, &[]);
    some.tell(Event::Add { no: 1, restart: Permanent, significant: false });
    assert_eq!(some.tell(Event::Ignored { no: 1 }), [vacate(1)]);
    assert_eq!(some.statuses(), [Status::Down]);
}

#[test]
fn sv_o_05_a_temporary_child_that_ignores_is_not_kept() {
    let mut some = children(OneForOne, &[]);
    some.tell(Event::Add { no: 1, restart: Temporary, significant: false });
    assert_eq!(some.tell(Event::Ignored { no: 1 }), [forget(1)]);
    assert_eq!(some.rules.len(), 0);
}

#[test]
fn sv_o_07_a_dynamic_supervisor_keeps_none_that_ignores() {
    let mut some = dynamic(&[]);
    some.tell(Event::Add { no: 1, restart: Permanent, significant: false });
    assert_eq!(some.tell(Event::Ignored { no: 1 }), [forget(1)]);
}

#[test]
fn sv_o_11_a_first_start_that_fails_is_no_restart() {
    for mut some in [children(OneForAll, &[Permanent]), dynamic(&[Permanent])] {
        for no in 2..10 {
            some.tell(Event::Add { no, restart: Permanent, significant: false });
            assert_eq!(some.fails(no), [forget(no)]);
        }
        assert_eq!(some.rules.restarts(), 0);
        some.run(1);
    }
}

#[test]
fn sv_o_21_who_ends_by_itself_while_it_is_to_be_stopped_is_stopped() {
    let mut some = children(OneForAll, &[Permanent, Permanent, Permanent]);
    assert_eq!(some.dies(1), [stop(3)]);
    assert_eq!(some.dies(2), [], "it has not been told yet");
    assert_eq!(some.dies(3), [delay(1, 1)]);
    assert_eq!(some.rules.restarts(), 1);
    assert_eq!([some.due(1), some.started(1), some.started(2)], [[start(1)], [start(2)], [start(3)]]);
}

#[test]
fn sv_o_24_commands_that_do_not_fit_are_refused() {
    let mut some = children(OneForOne, &[Permanent]);
    let refused = |some: &Children, no| [some.rules.may_restart(no), some.rules.may_delete(no)];
    assert_eq!(refused(&some, 1), [Err(Refused::Running); 2]);
    assert_eq!(refused(&some, 2), [Err(Refused::NotFound); 2]);
    assert_eq!(some.terminate(1), [stop_for_good(1)]);
    assert_eq!(refused(&some, 1), [Err(Refused::Running); 2]);
    assert_eq!(some.ends(1), [vacate(1)]);
    assert_eq!(some.terminate(1), [], "twice is well");
    assert_eq!(refused(&some, 1), [Ok(()); 2]);
    assert_eq!(some.tell(Event::Restart { no: 1 }), [start(1)]);
    assert_eq!(some.fails(1), [vacate(1)], "by hand, and so no restart");
    assert_eq!(some.rules.restarts(), 0);
    assert_eq!(some.tell(Event::Delete { no: 1 }), [forget(1)]);
    assert_eq!(refused(&some, 1), [Err(Refused::NotFound); 2]);
}

#[test]
fn sv_o_30_a_permanent_child_is_restarted_after_each_end() {
    for bad in [true, false] {
        let mut some = children(OneForOne, &[Permanent]);
        assert_eq!(some.tell(Event::Ended { no: 1, bad, at: SECOND }), [delay(1, 1)]);
        assert_eq!(some.due(1), [start(1)]);
    }
}

#[test]
fn sv_o_31_a_transient_child_that_ended_well_is_kept() {
    for strategy in [OneForOne, OneForAll, RestForOne] {
        let mut some = children(strategy, &[Transient, Permanent]);
        assert_eq!(some.ends(1), [vacate(1)]);
        assert_eq!(some.statuses(), [Status::Down, Status::Running]);
        assert_eq!(some.tell(Event::Restart { no: 1 }), [start(1)]);
    }
}

#[test]
fn sv_o_33_a_transient_child_that_failed_is_restarted() {
    assert_eq!(children(OneForOne, &[Transient]).dies(1), [delay(1, 1)]);
}

#[test]
fn sv_o_36_a_temporary_sibling_goes_with_its_group() {
    for strategy in [OneForAll, RestForOne] {
        let mut some = children(strategy, &[Permanent, Temporary, Permanent]);
        assert_eq!(some.dies(1), [stop(3)]);
        assert_eq!(some.ends(3), [stop_for_good(2)]);
        assert_eq!(some.ends(2), [forget(2), delay(1, 1)]);
        assert_eq!([some.due(1), some.started(1)], [[start(1)], [start(3)]]);
        assert_eq!(some.started(3), []);
        some.run(2);
    }
}

#[test]
fn sv_o_37_restarts_far_apart_are_never_too_many() {
    let mut some = children(OneForOne, &[Permanent]);
    for _ in 0..10 {
        some.now += 3 * SECOND;
        assert!(matches!(some.dies(1)[..], [Action::Delay { no: 1, .. }]));
        assert_eq!(some.due(1), [start(1)]);
        some.started(1);
    }
    assert_eq!(some.rules.restarts(), 10);
}

#[test]
fn sv_o_38_one_for_one_replaces_the_dead_one_only() {
    let mut some = children(OneForOne, &[Permanent, Permanent]);
    for failures in [1, 2] {
        assert_eq!(some.dies(1), [delay(1, failures)]);
        assert_eq!(some.due(1), [start(1)]);
        assert_eq!(some.started(1), []);
    }
    assert_eq!(some.dies(2), [too_many()]);
    assert_eq!(some.rules.restarts(), 2);
    assert_eq!(some.statuses(), [Status::Running, Status::Down]);
    assert_eq!(some.dies(1), [], "it has given up");
}

#[test]
fn sv_o_39_attempts_that_fail_are_restarts() {
    for mut some in [children(OneForOne, &[Permanent, Permanent]), dynamic(&[Permanent, Permanent])] {
        assert_eq!([some.dies(1), some.due(1)], [[delay(1, 1)], [start(1)]]);
        assert_eq!([some.fails(1), some.due(1)], [[delay(1, 2)], [start(1)]]);
        assert_eq!(some.fails(1), [too_many()]);
    }
}

#[test]
fn sv_o_42_one_for_all_stops_those_again_that_had_been_started_again() {
    let mut some = children(OneForAll, &[Permanent, Permanent]);
    assert_eq!([some.dies(1), some.ends(2)], [[stop(2)], [delay(1, 1)]]);
    assert_eq!([some.due(1), some.started(1)], [[start(1)], [start(2)]]);
    assert_eq!(some.fails(2), [stop(1)]);
    assert_eq!([some.ends(1), some.started(1)], [[start(1)], [delay(2, 1)]]);
    assert_eq!([some.due(2), some.started(2)], [vec![start(2)], vec![]]);
    some.run(2);
    assert_eq!(some.rules.restarts(), 2);
}

#[test]
fn sv_o_44_a_dynamic_child_that_ignores_its_restart_is_dropped() {
    for kind in [Transient, Permanent] {
        let mut some = dynamic(&[kind]);
        assert_eq!([some.dies(1), some.due(1)], [[delay(1, 1)], [start(1)]]);
        assert_eq!(some.tell(Event::Ignored { no: 1 }), [forget(1)]);
    }
}

#[test]
fn sv_o_49_rest_for_one_leaves_the_older_ones_alone() {
    let mut some = children(RestForOne, &[Permanent, Permanent, Permanent]);
    assert_eq!([some.dies(2), some.ends(3)], [[stop(3)], [delay(2, 1)]]);
    assert_eq!([some.due(2), some.started(2)], [[start(2)], [start(3)]]);
    assert_eq!(some.started(3), []);
    some.run(3);
}

#[test]
fn sv_o_51_rest_for_one_tries_again_only_who_failed_and_those_after_it() {
    let mut some = children(RestForOne, &[Permanent, Permanent, Permanent]);
    some.dies(1);
    assert_eq!([some.ends(3), some.ends(2)], [[stop(2)], [delay(1, 1)]]);
    assert_eq!([some.due(1), some.started(1)], [[start(1)], [start(2)]]);
    assert_eq!(some.fails(2), [delay(2, 1)], "the first is kept");
    assert_eq!([some.due(2), some.started(2)], [[start(2)], [start(3)]]);
    assert_eq!(some.started(3), []);
    some.run(3);
}

#[test]
fn sv_o_56_a_child_that_is_stuck_restarting_is_counted() {
    let mut some = dynamic(&[Permanent, Permanent]);
    assert_eq!(some.dies(1), [delay(1, 1)]);
    assert_eq!((some.rules.len(), some.statuses()), (2, vec![Status::Waiting, Status::Running]));
    assert_eq!(some.terminate(1), [forget(1)]);
    assert_eq!((some.rules.len(), some.due(1)), (1, vec![]));
}

#[test]
fn sv_o_62_a_restart_loop_is_ended_by_hand() {
    let mut some = children(OneForOne, &[Permanent]);
    assert_eq!([some.dies(1), some.due(1)], [[delay(1, 1)], [start(1)]]);
    assert_eq!(some.rules.may_delete(1), Err(Refused::Restarting));
    assert_eq!(some.fails(1), [delay(1, 2)]);
    assert_eq!(some.rules.may_restart(1), Err(Refused::Restarting));
    assert_eq!(some.terminate(1), [vacate(1)]);
    assert_eq!(some.due(1), [], "its timer may have rung just then");
    assert_eq!(some.tell(Event::Restart { no: 1 }), [start(1)]);
}

#[test]
fn sv_o_63_the_younger_ones_wait_for_one_that_is_stuck() {
    let mut some = children(RestForOne, &[Permanent, Permanent, Permanent]);
    assert_eq!([some.dies(2), some.ends(3)], [[stop(3)], [delay(2, 1)]]);
    assert_eq!(some.statuses(), [Status::Running, Status::Waiting, Status::Waiting]);
    // OTP leaves the third down with the second; here nobody ended it, so it comes back.
    assert_eq!(some.terminate(2), [vacate(2), start(3)]);
}

#[test]
fn sv_o_66_stops_go_backwards_and_starts_forwards() {
    let mut some = children(RestForOne, &[Permanent; 5]);
    assert_eq!(some.dies(3), [stop(5)]);
    assert_eq!([some.ends(5), some.ends(4)], [[stop(4)], [delay(3, 1)]]);
    assert_eq!([some.due(3), some.started(3), some.started(4)], [[start(3)], [start(4)], [start(5)]]);
    assert_eq!(some.started(5), []);
    assert!(some.rules.numbers().rev().eq([5, 4, 3, 2, 1]), "the order of the supervisor's stop");
}

#[test]
fn sv_o_69_a_child_that_is_not_significant_ends_alone() {
    for auto in [AutoShutdown::AnySignificant, AutoShutdown::AllSignificant] {
        let mut some = significant(Rules::new(OneForOne, two(), auto), &[]);
        for bad in [true, false] {
            some.tell(Event::Add { no: 1, restart: Temporary, significant: false });
            some.started(1);
            assert_eq!(some.tell(Event::Ended { no: 1, bad, at: SECOND }), [forget(1)]);
        }
    }
}

#[test]
fn sv_o_72_only_ends_of_their_own_count_for_significant_children() {
    let mut any = significant(Rules::new(OneForOne, two(), AutoShutdown::AnySignificant), &[Transient; 3]);
    assert_eq!([any.terminate(1), any.ends(1)], [[stop_for_good(1)], [vacate(1)]]);
    assert_eq!(any.dies(2), [delay(2, 1)]);
    assert_eq!(any.ends(3), [vacate(3), auto_shutdown()]);

    let mut all = significant(Rules::new(OneForOne, two(), AutoShutdown::AllSignificant), &[Transient; 3]);
    assert_eq!(all.ends(1), [vacate(1)]);
    assert_eq!(all.dies(2), [delay(2, 1)]);
    assert_eq!(all.ends(3), [vacate(3)], "the second waits to come back");
    assert_eq!([all.due(2), all.started(2)], [vec![start(2)], vec![]]);
    assert_eq!(all.ends(2), [vacate(2), auto_shutdown()]);
}

#[test]
fn sv_o_72_who_is_being_stopped_by_hand_is_not_left() {
    let mut all = significant(Rules::new(OneForOne, two(), AutoShutdown::AllSignificant), &[Transient; 2]);
    assert_eq!(all.terminate(1), [stop_for_good(1)]);
    assert_eq!(all.ends(2), [vacate(2), auto_shutdown()]);
}

#[test]
fn sv_o_74_who_is_stopped_for_a_sibling_does_not_count() {
    for kind in [Transient, Temporary] {
        let rules = Rules::new(OneForAll, two(), AutoShutdown::AnySignificant);
        let mut some = significant(rules, &[Transient, kind]);
        let told = some.dies(1);
        assert!(told == [stop(2)] || told == [stop_for_good(2)]);
        assert!(!some.ends(2).contains(&auto_shutdown()));
    }
}

#[test]
fn px_29_the_third_crash_is_one_too_many_of_two() {
    let mut some = children(OneForAll, &[Permanent, Permanent]);
    for _ in 0..2 {
        some.dies(1);
        some.ends(2);
        some.due(1);
        some.started(1);
        some.started(2);
        some.run(2);
    }
    assert_eq!(some.dies(1), [too_many()]);
}

#[test]
fn px_32_a_group_is_started_with_those_that_were_down() {
    let mut some = children(OneForAll, &[Permanent, Transient, Permanent]);
    assert_eq!(some.ends(2), [vacate(2)]);
    assert_eq!([some.dies(3), some.ends(1)], [[stop(1)], [start(1)]]);
    assert_eq!([some.started(1), some.started(2), some.due(3)], [[start(2)], [delay(3, 1)], [start(3)]]);
    assert_eq!(some.started(3), []);
    some.run(3);
}

#[test]
fn ds_e_17_a_temporary_child_is_never_restarted() {
    for bad in [true, false] {
        let mut some = dynamic(&[Temporary]);
        assert_eq!(some.tell(Event::Ended { no: 1, bad, at: SECOND }), [forget(1)]);
        assert_eq!(some.rules.len(), 0);
    }
}

#[test]
fn ds_e_18_a_dynamic_transient_child_that_ended_well_is_gone() {
    assert_eq!(dynamic(&[Transient]).ends(1), [forget(1)]);
    assert_eq!(dynamic(&[Transient]).dies(1), [delay(1, 1)]);
}

#[test]
fn a_start_is_cancelled_when_the_group_is_stopped() {
    let mut some = children(OneForAll, &[Permanent]);
    some.tell(Event::Add { no: 2, restart: Permanent, significant: false });
    assert_eq!(some.dies(1), [stop(2)]);
    assert_eq!([some.fails(2), some.due(1)], [[delay(1, 1)], [start(1)]]);
    assert_eq!(some.started(1), [start(2)]);
    assert_eq!(some.fails(2), [forget(2)], "it has never run");
}

#[test]
fn a_start_that_was_too_quick_to_be_cancelled_counts_as_a_start() {
    let mut some = children(OneForAll, &[Permanent]);
    some.tell(Event::Add { no: 2, restart: Permanent, significant: false });
    assert_eq!([some.dies(1), some.started(2)], [vec![stop(2)], vec![]]);
    assert_eq!([some.ends(2), some.due(1), some.started(1)], [[delay(1, 1)], [start(1)], [start(2)]]);
    assert_eq!(some.fails(2), [stop(1)], "it has been started before, and is kept");
}

#[test]
fn a_long_life_ends_a_row_of_failures() {
    let mut some = children(OneForOne, &[Permanent]);
    let mut failures_after = |life: Duration| {
        some.now += life;
        let told = some.dies(1);
        some.due(1);
        some.started(1);
        told
    };
    assert_eq!(failures_after(SECOND), [delay(1, 1)]);
    assert_eq!(failures_after(5 * SECOND), [delay(1, 2)], "as long as the window is not longer");
    assert_eq!(failures_after(6 * SECOND), [delay(1, 1)]);
}

#[test]
fn a_delay_goes_on_while_an_older_sibling_restarts() {
    let mut some = children(RestForOne, &[Permanent, Permanent]);
    assert_eq!(some.dies(2), [delay(2, 1)]);
    assert_eq!(some.dies(1), [delay(1, 1)]);
    assert_eq!(some.due(2), [], "it is not its turn");
    assert_eq!([some.due(1), some.started(1)], [[start(1)], [start(2)]]);
}
