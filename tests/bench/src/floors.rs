//! What is to be reached, and whether it is.

use std::fmt;

use crate::builds::Builds;
use crate::flavour::Flavour::{self, Ct, Mt};
use crate::report::{Report, Row};
use crate::scenario::Scenario::{
    self, Agent64, AgentCall, AgentCast, AgentRead95, MemoryAgent, MemoryServer, PingPong, Ring, Ring64,
    Server64, ServerBounded4, ServerCall, ServerCallAsync, ServerCallAwait, ServerCast1, ServerCast4,
    SpawnAgent, SpawnServer,
};

/// The crates that keep the order in which a sender sends; the fastest of them is the best peer.
const PEERS: [&str; 5] = ["ractor", "kameo", "actix", "rsactor", "spawned"];

/// A floor of some scenarios on some runtimes.
struct Floor {
    /// The scenarios that it is about.
    scenarios: &'static [Scenario],
    /// The runtimes on which it is to be reached.
    flavours: &'static [Flavour],
    /// What is to be reached.
    bound: Bound,
}

/// What ours is held against.
#[derive(Clone, Copy)]
enum Bound {
    /// Ours costs at most so many times what this contender does.
    AtMost(f64, &'static str),
    /// This contender costs at least so many times what ours does.
    AtLeast(f64, &'static str),
    /// And so does each of the peers.
    Peers(f64),
    /// Ours is ahead of the peers by this share of what a mutex is ahead of them.
    ShareOfMutex(f64),
    /// So many bytes, at most.
    Bytes(f64),
}

use Bound::{AtLeast, AtMost, Bytes, Peers, ShareOfMutex};

const BOTH: &[Flavour] = &[Mt, Ct];

/// An agent may have 96 bytes beside the 8 of its state; the client that is kept of it is among the 96.
const AGENT_BYTES: f64 = 96.0 + 8.0;

const FLOORS: &[Floor] = &[
    floor(&[AgentCall, AgentCast], BOTH, AtMost(1.2, "mutex")),
    floor(&[AgentCall], BOTH, Peers(14.0)),
    floor(&[AgentCast], BOTH, Peers(6.0)),
    floor(&[Agent64, AgentRead95], &[Ct], AtMost(1.3, "mutex")),
    floor(&[Agent64, AgentRead95], &[Ct], Peers(10.0)),
    floor(&[Agent64, AgentRead95], &[Mt], AtMost(2.0, "mutex")),
    floor(&[Agent64, AgentRead95], &[Mt], Peers(1.0)),
    floor(&[Agent64, AgentRead95], &[Mt], ShareOfMutex(0.6)),
    floor(&[ServerCall], BOTH, AtMost(1.7, "mutex")),
    floor(&[ServerCall], BOTH, Peers(8.0)),
    floor(&[ServerCallAsync], BOTH, AtMost(3.3, "mutex")),
    floor(&[ServerCallAsync], BOTH, Peers(4.0)),
    floor(&[ServerCallAwait], BOTH, AtMost(0.95, "by-hand")),
    floor(&[ServerCallAwait], BOTH, Peers(1.0)),
    floor(&[Server64], &[Ct], Peers(3.0)),
    floor(&[Server64], &[Mt], Peers(1.0)),
    floor(&[ServerCast1], &[Ct], AtMost(0.3, "by-hand")),
    floor(&[ServerCast1], &[Ct], Peers(3.5)),
    floor(&[ServerCast4], BOTH, AtMost(0.3, "by-hand")),
    floor(&[ServerCast4], BOTH, Peers(3.5)),
    floor(&[ServerCast1], &[Mt], AtMost(1.2, "by-hand")),
    floor(&[ServerCast1], &[Mt], Peers(1.0)),
    floor(&[ServerBounded4], BOTH, Peers(3.0)),
    floor(&[PingPong, Ring], BOTH, AtMost(0.75, "by-hand")),
    floor(&[PingPong, Ring], BOTH, Peers(1.0)),
    floor(&[Ring64], BOTH, Peers(2.5)),
    floor(&[SpawnServer], BOTH, AtMost(0.5, "by-hand")),
    floor(&[SpawnAgent], BOTH, AtMost(0.2, "by-hand")),
    floor(&[MemoryServer], &[Mt], Bytes(550.0)),
    floor(&[MemoryAgent], &[Mt], Bytes(AGENT_BYTES)),
    floor(&[AgentCall, ServerCall], BOTH, AtLeast(20.0, "elixir")),
    floor(&[AgentCast, ServerCast1], BOTH, AtLeast(10.0, "elixir")),
    floor(&[MemoryServer, MemoryAgent], &[Mt], AtLeast(4.0, "elixir")),
];

const fn floor(scenarios: &'static [Scenario], flavours: &'static [Flavour], bound: Bound) -> Floor {
    Floor { scenarios, flavours, bound }
}

/// What was measured, and how it is to be read.
struct Finding {
    /// The figure, with its unit.
    value: String,
    /// Whether the floor is reached.
    passes: bool,
}

impl Bound {
    /// `None` if what it takes has not been measured.
    fn check(self, report: &Report, scenario: Scenario, flavour: Flavour) -> Option<Finding> {
        let row = |name| report.row(scenario, flavour, name);
        match self {
            AtMost(limit, name) => {
                let times = 1.0 / row(name)?.ratio;
                Some(Finding { value: format!("{times:.2} x"), passes: times <= limit })
            }
            AtLeast(limit, name) => {
                let times = row(name)?.ratio;
                Some(Finding { value: format!("{times:.2} x"), passes: times >= limit })
            }
            Peers(limit) => {
                let Row { contender, ratio, .. } = best_peer(report, scenario, flavour)?;
                Some(Finding { value: format!("{ratio:.2} x ({contender})"), passes: *ratio >= limit })
            }
            ShareOfMutex(limit) => {
                // Both are compared to the same peer, which therefore cancels out.
                let share = row("mutex")?.ratio;
                Some(Finding { value: format!("{share:.2} x"), passes: share >= limit })
            }
            Bytes(limit) => {
                // Memory comes in pages, which are no multiple of an instance.
                let bytes = report.rows(scenario, flavour).next()?.each.round();
                Some(Finding { value: format!("{bytes:.0} B"), passes: bytes <= limit })
            }
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AtMost(limit, name) => write!(f, "at most {limit} x {name}"),
            AtLeast(limit, name) => write!(f, "{name} takes at least {limit} x as much"),
            Peers(1.0) => write!(f, "ahead of every peer"),
            Peers(limit) => write!(f, "the best peer takes at least {limit} x as much"),
            ShareOfMutex(share) => write!(f, "ahead of the peers by {share} x what mutex is"),
            Bytes(limit) => write!(f, "at most {limit} B"),
        }
    }
}

fn best_peer(report: &Report, scenario: Scenario, flavour: Flavour) -> Option<&Row> {
    let peers = report.rows(scenario, flavour).filter(|row| PEERS.contains(&row.contender));
    peers.min_by(|one, other| one.ratio.total_cmp(&other.ratio))
}

/// Prints each floor for which there are figures.
pub(crate) fn print(report: &Report, builds: Option<&Builds>) {
    println!("\nfloors:");
    for Floor { scenarios, flavours, bound } in FLOORS {
        for scenario in *scenarios {
            for flavour in *flavours {
                if let Some(finding) = bound.check(report, *scenario, *flavour) {
                    line(&format!("{scenario} {flavour}"), &bound.to_string(), &finding);
                }
            }
        }
    }
    if let Some(builds) = builds {
        of_builds(builds);
    }
}

fn of_builds(builds: &Builds) {
    let seconds = builds.seconds_beside_tokio();
    let crates = builds.crates();
    let handler = builds.handler_milliseconds();
    let finding = Finding { value: format!("{seconds:.1} s"), passes: seconds <= 5.0 };
    line("clean debug build", "at most 5 CPU s more than with tokio alone", &finding);
    let finding = Finding { value: crates.to_string(), passes: crates <= 14 };
    line("clean debug build", "at most 14 crates", &finding);
    let macros = builds.macros_beside_syn();
    let finding = Finding { value: format!("{macros:.1} s"), passes: macros <= 2.0 };
    line("build of the macros", "at most 2 CPU s more than syn alone", &finding);
    let finding = Finding { value: format!("{handler:.1} ms"), passes: handler <= 12.0 };
    line("debug build", "at most 12 ms a handler", &finding);
}

fn line(what: &str, bound: &str, Finding { value, passes }: &Finding) {
    let verdict = if *passes { "pass" } else { "MISS" };
    println!("  {what:<22} {bound:<46} {value:<20} {verdict}");
}
