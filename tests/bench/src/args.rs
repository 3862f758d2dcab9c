//! The command line.

use std::time::Duration;

use crate::contenders::{self, Contender};
use crate::flavour::Flavour;
use crate::measure::Plan;
use crate::memory;
use crate::scenario::Scenario;

pub(crate) const USAGE: &str = "\
Usage: callcast-bench [OPTIONS]

  --quick                  all scenarios in under three minutes, without build times
  --only <SCENARIO>,…      these scenarios, without build times
  --contender <NAME>,…     these contenders, and ours, to which they are compared
  --runtime mt|ct          one runtime: multi_thread with two workers, or current_thread
  --rounds <N>             how often each contender has its turn
  --builds                 build times alone
  --lookups                look-ups in a registry alone, beside a DashMap
  --children               children of one supervisor that start and stop alone, beside a JoinSet and other crates
  --crashes                a child that panics and is started again alone, beside other crates
  --list                   names the scenarios and the contenders
  --help                   prints this";

/// What this program is to do.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    List,
    Lookups,
    Children,
    Crashes,
    Run(Args),
    /// What the child processes of the memory scenarios do.
    MemoryOf {
        contender: String,
        scenario: Scenario,
        instances: u64,
    },
}

/// What to measure.
#[derive(Debug, Default)]
pub(crate) struct Args {
    /// Short turns, few rounds.
    quick: bool,
    /// Build times and nothing else.
    builds: bool,
    /// The scenarios that were named; none: all.
    only: Vec<Scenario>,
    /// The contenders that were named; none: all.
    contenders: Vec<String>,
    /// The runtime that was named; none: both.
    flavour: Option<Flavour>,
    /// How many rounds, where it is said.
    rounds: Option<usize>,
}

impl Args {
    pub(crate) fn scenarios(&self) -> Vec<Scenario> {
        if self.builds {
            return Vec::new();
        }
        let wanted = |scenario: &Scenario| self.only.is_empty() || self.only.contains(scenario);
        Scenario::ALL.into_iter().filter(wanted).collect()
    }

    /// Ours comes first and always takes part.
    pub(crate) fn contenders(&self) -> Vec<Box<dyn Contender>> {
        let wanted = |name| self.contenders.is_empty() || self.contenders.iter().any(|one| one == name);
        let mut all = contenders::all();
        all.retain(|contender| contender.name() == contenders::OURS || wanted(contender.name()));
        all
    }

    pub(crate) fn flavours(&self) -> &[Flavour] {
        match self.flavour {
            Some(Flavour::Mt) => &[Flavour::Mt],
            Some(Flavour::Ct) => &[Flavour::Ct],
            None => &Flavour::ALL,
        }
    }

    pub(crate) fn plan(&self) -> Plan {
        let (rounds, turn, instances) = if self.quick { (5, 30, 20_000) } else { (11, 150, 100_000) };
        Plan { rounds: self.rounds.unwrap_or(rounds), turn: Duration::from_millis(turn), instances }
    }

    /// Build times belong to a full run, and to one that asks for nothing else.
    pub(crate) const fn builds(&self) -> bool {
        self.builds || !self.quick && self.only.is_empty() && self.contenders.is_empty()
    }
}

pub(crate) fn parse(args: impl IntoIterator<Item = String>) -> Result<Command, String> {
    let mut args = args.into_iter();
    let mut parsed = Args::default();
    while let Some(flag) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("`{flag}` needs a value"));
        match flag.as_str() {
            "--help" | "-h" => return Ok(Command::Help),
            "--list" => return Ok(Command::List),
            "--lookups" => return Ok(Command::Lookups),
            "--children" => return Ok(Command::Children),
            "--crashes" => return Ok(Command::Crashes),
            "--quick" => parsed.quick = true,
            "--builds" => parsed.builds = true,
            "--only" => parsed.only = list(&value()?, scenario)?,
            "--contender" => parsed.contenders = list(&value()?, contender)?,
            "--runtime" => parsed.flavour = Some(flavour(&value()?)?),
            "--rounds" => parsed.rounds = Some(rounds(&value()?)?),
            memory::FLAG => {
                let (contender, scenario) = (value()?, scenario(&value()?)?);
                let instances = value()?.parse().map_err(|_| "how many instances?")?;
                return Ok(Command::MemoryOf { contender, scenario, instances });
            }
            _ => return Err(format!("there is no option `{flag}`")),
        }
    }
    Ok(Command::Run(parsed))
}

fn list<T>(names: &str, parse: fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    names.split(',').map(parse).collect()
}

fn scenario(name: &str) -> Result<Scenario, String> {
    let found = Scenario::ALL.into_iter().find(|scenario| scenario.name() == name);
    found.ok_or_else(|| format!("there is no scenario `{name}`: `--list` names them"))
}

fn contender(name: &str) -> Result<String, String> {
    let known = contenders::all().iter().any(|contender| contender.name() == name);
    if known {
        Ok(name.to_owned())
    } else {
        Err(format!("there is no contender `{name}`: `--list` names them"))
    }
}

fn flavour(name: &str) -> Result<Flavour, String> {
    let found = Flavour::ALL.into_iter().find(|flavour| flavour.name() == name);
    found.ok_or_else(|| format!("there is no runtime `{name}`: write `mt` or `ct`"))
}

fn rounds(number: &str) -> Result<usize, String> {
    match number.parse() {
        Ok(rounds) if rounds > 0 => Ok(rounds),
        _ => Err(format!("`{number}` is no number of rounds: write `1` or more")),
    }
}
