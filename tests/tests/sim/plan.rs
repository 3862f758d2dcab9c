//! What a tree is to be: made from random numbers, read by the model and by what builds the real one.

use std::fmt;
use std::sync::Arc;

use callcast::{AutoShutdown, Restart};

use crate::rng::Rng;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strategy {
    OneForOne,
    OneForAll,
    RestForOne,
    Dynamic,
}

/// What takes time in a tree. Never both: what is due while something else is being stopped has no order that the rules know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavour {
    Quick,
    SlowStops,
    Backoff,
}

/// What a server's `terminate` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AtEnd {
    Quiet,
    Panics,
    /// Milliseconds.
    Takes(u64),
}

/// How a supervisor stops a child; times are milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shutdown {
    Drain(u64),
    After(u64),
    Infinity,
    Kill,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Server(AtEnd),
    Agent,
}

/// One child, and all below it.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) id: String,
    pub(crate) restart: Restart,
    pub(crate) significant: bool,
    /// Made by `.temporary()`: it is started once for all times, even where its supervisor is started again.
    pub(crate) once: bool,
    pub(crate) shutdown: Shutdown,
    /// Milliseconds before it is started again; 0 for none.
    pub(crate) backoff: u64,
    pub(crate) kind: Kind,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Worker(What),
    Supervisor(SupPlan),
}

#[derive(Debug)]
pub(crate) struct SupPlan {
    pub(crate) strategy: Strategy,
    pub(crate) most: u32,
    /// Milliseconds.
    pub(crate) window: u64,
    pub(crate) auto: AutoShutdown,
    pub(crate) max_children: usize,
    pub(crate) children: Vec<Arc<Plan>>,
}

/// How wide and deep trees get.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    pub(crate) flavour: Flavour,
    /// Children of one supervisor.
    pub(crate) width: u64,
}

impl Scale {
    pub(crate) fn random(rng: &mut Rng) -> Self {
        let flavour = rng.pick(&[Flavour::Quick, Flavour::SlowStops, Flavour::Backoff]);
        let width = match rng.below(100) {
            0..3 => 40,
            3..13 => 12,
            _ => 4,
        };
        Self { flavour, width }
    }
}

/// The supervisor at the top, which is nobody's child and mostly lives long.
pub(crate) fn root(rng: &mut Rng, scale: Scale) -> Arc<Plan> {
    let mut sup = supervisor(rng, scale, 2);
    if rng.percent(85) {
        sup.most = 50;
        sup.auto = AutoShutdown::Never;
        sup.children = children(rng, scale, &sup, 2);
    }
    Arc::new(Plan {
        id: "r".into(),
        restart: Restart::Permanent,
        significant: false,
        once: false,
        shutdown: Shutdown::Infinity,
        backoff: 0,
        kind: Kind::Supervisor(sup),
    })
}

/// A supervisor with so many levels of supervisors below it, or fewer.
fn supervisor(rng: &mut Rng, scale: Scale, below: u32) -> SupPlan {
    let statics = [Strategy::OneForOne, Strategy::OneForAll, Strategy::RestForOne];
    let is_dynamic = below < 2 && rng.percent(25);
    let auto = rng.pick(&[
        AutoShutdown::Never,
        AutoShutdown::Never,
        AutoShutdown::AnySignificant,
        AutoShutdown::AllSignificant,
    ]);
    let mut sup = SupPlan {
        strategy: if is_dynamic { Strategy::Dynamic } else { rng.pick(&statics) },
        most: u32::try_from(rng.below(5)).expect("it is small"),
        window: rng.pick(&[20, 100, 1_000, 5_000]),
        auto: if is_dynamic { AutoShutdown::Never } else { auto },
        max_children: if rng.percent(20) { rng.index(4) } else { 1_000 },
        children: Vec::new(),
    };
    sup.children = children(rng, scale, &sup, below);
    sup
}

fn children(rng: &mut Rng, scale: Scale, of: &SupPlan, below: u32) -> Vec<Arc<Plan>> {
    if of.strategy == Strategy::Dynamic {
        return Vec::new();
    }
    let width = scale.width.min([6, 40, 8][below as usize]);
    let count = rng.between(u64::from(below == 2), width);
    (0..count).map(|id| Arc::new(child(rng, scale, of.auto, below, id.to_string()))).collect()
}

/// A child of a supervisor that ends with its significant children as `auto` says.
pub(crate) fn child(rng: &mut Rng, scale: Scale, auto: AutoShutdown, below: u32, id: String) -> Plan {
    let restarts = [Restart::Permanent, Restart::Permanent, Restart::Transient, Restart::Temporary];
    let restart = rng.pick(&restarts);
    let may_be_significant = auto != AutoShutdown::Never && restart != Restart::Permanent;
    let is_supervisor = below > 0 && rng.percent(if below == 2 { 45 } else { 25 });
    let kind = if is_supervisor {
        Kind::Supervisor(supervisor(rng, scale, below - 1))
    } else {
        Kind::Worker(worker(rng, scale.flavour))
    };
    let has_backoff = scale.flavour == Flavour::Backoff && restart != Restart::Temporary && rng.percent(50);
    Plan {
        id,
        restart,
        significant: may_be_significant && rng.percent(50),
        once: restart == Restart::Temporary && rng.percent(50),
        shutdown: shutdown(rng, is_supervisor),
        backoff: if has_backoff { rng.pick(&[7, 50, 400]) } else { 0 },
        kind,
    }
}

fn worker(rng: &mut Rng, flavour: Flavour) -> What {
    if rng.percent(25) {
        return What::Agent;
    }
    What::Server(match rng.below(10) {
        0..2 => AtEnd::Panics,
        2..6 if flavour == Flavour::SlowStops => AtEnd::Takes(rng.pick(&[2, 12, 30])),
        _ => AtEnd::Quiet,
    })
}

fn shutdown(rng: &mut Rng, is_supervisor: bool) -> Shutdown {
    match rng.below(6) {
        0 => Shutdown::Kill,
        1 if !is_supervisor => Shutdown::Infinity,
        2 if !is_supervisor => Shutdown::After(rng.pick(&[5, 100])),
        3 if !is_supervisor => Shutdown::Drain(rng.pick(&[5, 100])),
        _ if is_supervisor => Shutdown::Infinity,
        _ => Shutdown::Drain(5_000),
    }
}

impl Plan {
    /// The plan as lines of text, one for each child.
    pub(crate) fn draw(&self, indent: usize, out: &mut String) {
        use fmt::Write as _;
        let Self { id, restart, significant, once, shutdown, backoff, kind } = self;
        let (significant, once) =
            (if *significant { " significant" } else { "" }, if *once { " once" } else { "" });
        let head =
            format!("{:indent$}{id}: {restart:?}{significant}{once} {shutdown:?} backoff={backoff}", "");
        match kind {
            Kind::Worker(what) => writeln!(out, "{head} {what:?}").expect("a string takes all"),
            Kind::Supervisor(sup) => {
                let SupPlan { strategy, most, window, auto, max_children, children } = sup;
                let limits = format!("{most} in {window} ms, {auto:?}, at most {max_children}");
                writeln!(out, "{head} {strategy:?} {limits}").expect("a string takes all");
                for child in children {
                    child.draw(indent + 2, out);
                }
            }
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.draw(0, &mut text);
        f.write_str(&text)
    }
}
