//! What a plain object answers when threads use it at the same time, and what an agent answers.
//!
//! Both count twice, in two fields that are to be equal. `cargo run -p race` counts the answers in which they are not.
//! Neither needs a runtime: the threads are plain threads.

use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use callcast::prelude::*;

const THREADS: usize = 4;

/// How long the threads add and read.
const RACE: Duration = Duration::from_millis(500);

/// A plain object, as one shares it in a hurry: each field is safe, and the two together are not.
#[derive(Default)]
struct PlainPair {
    left: AtomicU64,
    right: AtomicU64,
}

impl PlainPair {
    fn add(&self, n: u64) {
        self.left.fetch_add(n, Ordering::SeqCst);
        self.right.fetch_add(n, Ordering::SeqCst);
    }

    fn read(&self) -> (u64, u64) {
        (self.left.load(Ordering::SeqCst), self.right.load(Ordering::SeqCst))
    }
}

/// The same as an agent: plain fields, and one handler at a time.
struct Pair {
    left: u64,
    right: u64,
}

#[agent]
impl Pair {
    #[init]
    fn new() -> Self {
        Self { left: 0, right: 0 }
    }

    #[call]
    fn add(&mut self, n: u64) {
        self.left += n;
        self.right += n;
    }

    #[call]
    fn read(&self) -> (u64, u64) {
        (self.left, self.right)
    }
}

/// What came of a race.
struct Outcome {
    /// How often a thread added and read.
    rounds: u64,
    /// Answers in which the two fields differed.
    wrong: u64,
    /// The fields when all threads were done.
    end: (u64, u64),
}

fn race_object() -> Outcome {
    let pair = PlainPair::default();
    let (rounds, wrong) = in_threads(|| {
        pair.add(1);
        Ok(pair.read())
    });
    Outcome { rounds, wrong, end: pair.read() }
}

fn race_agent() -> Result<Outcome, Box<dyn Error>> {
    let pair = Pair::start()?;
    let (rounds, wrong) = in_threads(|| {
        pair.add(1).wait()?;
        pair.read().wait()
    });
    Ok(Outcome { rounds, wrong, end: pair.read().wait()? })
}

/// Has all threads play rounds until the time is over, and counts the rounds, and those whose answer was wrong.
fn in_threads(round: impl Fn() -> Result<(u64, u64), CallError> + Sync) -> (u64, u64) {
    let end = Instant::now() + RACE;
    let play = || {
        let (mut rounds, mut wrong) = (0, 0);
        while Instant::now() < end {
            let (left, right) = round().expect("nothing ends the agent");
            rounds += 1;
            wrong += u64::from(left != right);
        }
        (rounds, wrong)
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(play)).collect();
        let counts = threads.into_iter().map(|thread| thread.join().expect("no round panics"));
        counts.fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1))
    })
}

fn print(who: &str, Outcome { rounds, wrong, end: (left, right) }: &Outcome) {
    println!("{who:<13} {wrong:>8} wrong answers of {rounds:>8}; at the end {left} and {right}");
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("{THREADS} threads add 1 to two fields and read them, for {RACE:?}");
    print("plain object:", &race_object());
    print("agent:", &race_agent()?);
    Ok(())
}

#[test]
fn an_agent_gives_no_wrong_answer() -> Result<(), Box<dyn Error>> {
    let outcome = race_agent()?;
    assert_eq!(outcome.wrong, 0);
    assert_eq!(outcome.end, (outcome.rounds, outcome.rounds));
    Ok(())
}
