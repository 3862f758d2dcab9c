//! Rounds and medians: how contenders take turns.

use std::time::Duration;

use crate::contenders::Contender;
use crate::flavour::Flavour;
use crate::meter::{Sample, float};
use crate::report::Row;
use crate::scenario::Scenario;
use crate::watchdog::watched;

/// How long to measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// How often each contender has its turn.
    pub(crate) rounds: usize,
    /// The CPU time of a turn, without what is set up, as nearly as that can be foreseen.
    pub(crate) turn: Duration,
    /// How many instances the memory scenarios start.
    pub(crate) instances: u64,
}

/// Every batch has a multiple of it, so that 64 callers or tokens, 8 readers and 4 producers share it evenly.
pub(crate) const UNIT: u64 = 64;

/// A contender with what it has to do in each of its turns.
struct Turn<'a> {
    contender: &'a dyn Contender,
    /// What it does.
    scenario: Scenario,
    /// The runtime on which it does it.
    flavour: Flavour,
    /// How many operations a batch has.
    operations: u64,
    /// How many batches there are.
    batches: u32,
}

/// Has each contender take its turn in each round, and whoever came first in one comes last in the next.
pub(crate) fn rounds(
    contenders: &[&dyn Contender],
    scenario: Scenario,
    flavour: Flavour,
    plan: &Plan,
) -> Vec<Row> {
    let turns: Vec<_> =
        contenders.iter().map(|contender| Turn::foreseen(*contender, scenario, flavour, plan.turn)).collect();
    let mut samples = vec![Vec::new(); turns.len()];
    for round in 0..plan.rounds {
        for place in 0..turns.len() {
            let index = (place + round) % turns.len();
            samples[index].push(turns[index].take());
        }
    }
    rows(contenders, &samples)
}

/// Makes rows of what was measured; the first contender is ours, to which the others are compared.
pub(crate) fn rows(contenders: &[&dyn Contender], samples: &[Vec<Sample>]) -> Vec<Row> {
    let Some(ours) = samples.first() else { return Vec::new() };
    let row = |(contender, samples): (&&dyn Contender, &Vec<Sample>)| Row {
        contender: contender.name(),
        each: median(samples.iter().map(Sample::each)),
        // Both sides of a ratio are of one round: what slows a round down slows both.
        ratio: median(samples.iter().zip(ours).map(|(theirs, ours)| theirs.each() / ours.each())),
        total: samples.iter().copied().reduce(Sample::plus).expect("there is at least one round"),
    };
    contenders.iter().zip(samples).map(row).collect()
}

impl<'a> Turn<'a> {
    /// Tries ever longer batches until one is long enough to tell how many operations fill a turn.
    fn foreseen(
        contender: &'a dyn Contender,
        scenario: Scenario,
        flavour: Flavour,
        length: Duration,
    ) -> Self {
        let (fewest, most) = scenario.operations();
        let mut turn = Self { contender, scenario, flavour, operations: fewest, batches: 1 };
        loop {
            let cpu = Duration::from_nanos(whole(turn.take().cost));
            if cpu * 8 >= length || turn.operations >= most {
                return turn.filling(length, cpu);
            }
            turn.operations = (turn.operations * 4).min(most);
        }
    }

    fn filling(self, length: Duration, cpu: Duration) -> Self {
        let (fewest, most) = self.scenario.operations();
        // The first batches are the slowest ones: from them alone, nobody gets less than he began with.
        let factor = length.as_secs_f64() / cpu.as_secs_f64();
        let operations = (whole(float(self.operations / UNIT) * factor) * UNIT).max(fewest);
        let batches = u32::try_from(operations.div_ceil(most)).unwrap_or(u32::MAX);
        Self { operations: operations.min(most), batches, ..self }
    }

    fn take(&self) -> Sample {
        let samples = (0..self.batches).map(|_| self.batch());
        samples.reduce(Sample::plus).expect("a turn has a batch at least")
    }

    fn batch(&self) -> Sample {
        let Self { contender, scenario, flavour, operations, .. } = *self;
        let what = format!("{scenario} {flavour} {}", contender.name());
        let Ok(batch) = scenario.of(contender, flavour, operations) else {
            panic!("{what} took part before, and does not now")
        };
        watched(&what, || batch(flavour))
    }
}

/// At least one, and no more than fits.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts to integers saturate")]
const fn whole(n: f64) -> u64 {
    n.max(1.0) as u64
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) }
}
