//! Memory an idle instance: each contender in a process of its own, so that nobody has what another gave back.

use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, fs};

use crate::contenders::{self, Contender};
use crate::flavour::Flavour;
use crate::measure::{self, Plan};
use crate::meter::Sample;
use crate::report::Row;
use crate::scenario::Scenario;

/// The flag, unlisted, with which this program starts itself.
pub(crate) const FLAG: &str = "--memory-of";

pub(crate) fn measure(contenders: &[&dyn Contender], scenario: Scenario, plan: &Plan) -> Vec<Row> {
    let sample = |contender: &&dyn Contender| vec![in_child(contender.name(), scenario, plan.instances)];
    let samples: Vec<_> = contenders.iter().map(sample).collect();
    measure::rows(contenders, &samples)
}

fn in_child(contender: &str, scenario: Scenario, instances: u64) -> Sample {
    let this = env::current_exe().expect("a program knows where it is");
    let child = Command::new(this)
        .args([FLAG, contender, scenario.name(), &instances.to_string()])
        .stderr(Stdio::inherit())
        .output()
        .expect("this program can be started");
    assert!(child.status.success(), "{scenario} {contender}: the child process failed");
    let bytes = String::from_utf8_lossy(&child.stdout);
    let cost = bytes.trim().parse().expect("the child prints a number");
    Sample { cost, operations: 1, queued: None }
}

/// What the child does: starts the instances, and says how much each of them takes.
pub(crate) fn bytes_of_one(contender: &str, scenario: Scenario, instances: u64) -> f64 {
    let all = contenders::all();
    let contender = all.iter().find(|one| one.name() == contender).expect("the parent names a contender");
    let Ok(batch) = scenario.of(contender.as_ref(), Flavour::Mt, instances) else {
        panic!("the parent asks for what can be had")
    };
    batch(Flavour::Mt).each()
}

/// The resident set of a process, once nothing moves any more.
///
/// `statm` has the same number in pages, whose size it does not tell.
pub(crate) fn resident(process: &str) -> u64 {
    std::thread::sleep(Duration::from_millis(200));
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("there is a /proc");
    let line =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a process has a resident set");
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("it is a number of kB");
    kilobytes * 1024
}
