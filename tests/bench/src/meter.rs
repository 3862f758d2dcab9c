//! What an operation costs: CPU time of the whole process, or memory.

use std::time::Duration;

use cpu_time::ProcessTime;

/// Runs from the first operation of a batch to its last; what is set up before and checked after costs nothing.
pub(crate) struct Meter {
    /// The CPU time of the process when it began.
    started: ProcessTime,
}

impl Meter {
    pub(crate) fn start() -> Self {
        Self { started: ProcessTime::now() }
    }

    pub(crate) fn stop(self, operations: u64) -> Sample {
        Sample::of_cpu(self.started.elapsed(), operations)
    }
}

/// What a batch cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// Nanoseconds of CPU time, or bytes, of all operations together.
    pub(crate) cost: f64,
    /// How many operations there were.
    pub(crate) operations: u64,
    /// How many of them went through a queue, where the contender can tell.
    pub(crate) queued: Option<u64>,
}

impl Sample {
    pub(crate) fn of_cpu(cpu: Duration, operations: u64) -> Self {
        Self { cost: cpu.as_secs_f64() * 1e9, operations, queued: None }
    }

    pub(crate) fn of_memory(bytes: u64, instances: u64) -> Self {
        Self { cost: float(bytes), operations: instances, queued: None }
    }

    pub(crate) fn with_queued(self, queued: Option<u64>) -> Self {
        Self { queued, ..self }
    }

    pub(crate) fn each(&self) -> f64 {
        self.cost / float(self.operations)
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            cost: self.cost + other.cost,
            operations: self.operations + other.operations,
            queued: self.queued.zip(other.queued).map(|(one, two)| one + two),
        }
    }
}

/// Counts and bytes are far below the 52 bits that a float holds exactly.
#[expect(clippy::cast_precision_loss, reason = "see above")]
pub(crate) const fn float(n: u64) -> f64 {
    n as f64
}
