//! Measures callcast against actors written by hand, a mutex, and other crates, as CPU time an operation.
//!
//! All contenders of a scenario take turns within one process, so that what disturbs one disturbs all; what counts are
//! the ratios. `--list` names the scenarios and the contenders.

mod args;
mod builds;
mod children;
mod contenders;
mod crashes;
mod elixir;
mod flavour;
mod floors;
mod generate;
mod lookups;
mod measure;
mod memory;
mod meter;
mod report;
mod scenario;
mod supervised;
mod watchdog;

use std::process::ExitCode;

use crate::args::{Args, Command};
use crate::contenders::{Contender, Skip};
use crate::flavour::Flavour;
use crate::measure::Plan;
use crate::report::{Report, Row};
use crate::scenario::Scenario;

fn main() -> ExitCode {
    match args::parse(std::env::args().skip(1)) {
        Ok(Command::Help) => println!("{}", args::USAGE),
        Ok(Command::List) => report::list(&contenders::all()),
        Ok(Command::Lookups) => lookups::measure(),
        Ok(Command::Children) => children::measure(),
        Ok(Command::Crashes) => crashes::measure(),
        Ok(Command::MemoryOf { contender, scenario, instances }) => {
            println!("{}", memory::bytes_of_one(&contender, scenario, instances));
        }
        Ok(Command::Run(args)) => run(&args),
        Err(problem) => {
            eprintln!("error: {problem}\n\n{}", args::USAGE);
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn run(args: &Args) {
    let mut contenders = args.contenders();
    if !elixir::is_installed() {
        println!("skipped: elixir is not installed");
        contenders.retain(|contender| contender.name() != elixir::NAME);
    }
    let plan = args.plan();
    let mut report = Report::default();
    let scenarios = args.scenarios();
    if !scenarios.is_empty() {
        report::heading(&plan);
    }
    for scenario in scenarios {
        for &flavour in args.flavours() {
            let rows = measured(&contenders, scenario, flavour, &plan);
            report.add(scenario, flavour, rows);
        }
    }
    let builds = args.builds().then(builds::measure);
    floors::print(&report, builds.as_ref());
    report.ratios();
}

/// Measures all that can take part, and says of the others why they do not.
fn measured(
    contenders: &[Box<dyn Contender>],
    scenario: Scenario,
    flavour: Flavour,
    plan: &Plan,
) -> Vec<Row> {
    if scenario.is_memory() && flavour == Flavour::Ct {
        return Vec::new();
    }
    let mut taking_part = Vec::new();
    for contender in contenders {
        match scenario.of(contender.as_ref(), flavour, 1) {
            Ok(_) => taking_part.push(contender.as_ref()),
            Err(Skip::NotMeant) => {}
            Err(Skip::Cannot(why)) => println!("skipped {}: {why} ({scenario} {flavour})", contender.name()),
        }
    }
    if scenario.is_memory() {
        memory::measure(&taking_part, scenario, plan)
    } else {
        measure::rounds(&taking_part, scenario, flavour, plan)
    }
}
