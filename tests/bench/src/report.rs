//! What is printed: a table for each scenario, and in the end what a program can read.

use crate::contenders::Contender;
use crate::flavour::Flavour;
use crate::measure::Plan;
use crate::meter::{Sample, float};
use crate::scenario::Scenario;

/// What came of one contender in one scenario on one runtime.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Its name.
    pub(crate) contender: &'static str,
    /// The median of nanoseconds of CPU time an operation, or of bytes an instance.
    pub(crate) each: f64,
    /// The median of that over ours.
    pub(crate) ratio: f64,
    /// All rounds together.
    pub(crate) total: Sample,
}

/// The tables of a scenario on a runtime.
#[derive(Debug)]
struct Table {
    scenario: Scenario,
    flavour: Flavour,
    /// Ours first.
    rows: Vec<Row>,
}

/// All that was measured.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// In the order in which they were measured.
    tables: Vec<Table>,
}

impl Report {
    /// Prints the table at once, so that a long run shows where it is.
    pub(crate) fn add(&mut self, scenario: Scenario, flavour: Flavour, rows: Vec<Row>) {
        if rows.is_empty() {
            return;
        }
        let table = Table { scenario, flavour, rows };
        table.print();
        self.tables.push(table);
    }

    pub(crate) fn row(&self, scenario: Scenario, flavour: Flavour, contender: &str) -> Option<&Row> {
        self.rows(scenario, flavour).find(|row| row.contender == contender)
    }

    pub(crate) fn rows(&self, scenario: Scenario, flavour: Flavour) -> impl Iterator<Item = &Row> {
        let here = move |table: &&Table| table.scenario == scenario && table.flavour == flavour;
        self.tables.iter().filter(here).flat_map(|table| &table.rows)
    }

    /// Prints the lines that a program can read: the last ones.
    pub(crate) fn ratios(&self) {
        for Table { scenario, flavour, rows } in &self.tables {
            for Row { contender, ratio, .. } in rows.iter().skip(1) {
                // What is far ahead of ours would be zero with a fixed number of places.
                let places = if *ratio < 0.1 { 5 } else { 3 };
                println!("ratio {scenario} {flavour} {contender} {ratio:.places$}");
            }
        }
    }
}

impl Table {
    fn print(&self) {
        let Self { scenario, flavour, rows } = self;
        let unit = if scenario.is_memory() { "B" } else { "ns" };
        println!("\n{scenario} {flavour}: {}", scenario.what());
        for row in rows {
            let remark = remark(row.contender, *flavour);
            println!("  {:<18} {:>10.1} {unit:<2} {:>8.2} x{remark}", row.contender, row.each, row.ratio);
        }
        for row in rows.iter().filter(|_| scenario.is_contended()) {
            inline(row);
        }
    }
}

fn remark(contender: &str, flavour: Flavour) -> &'static str {
    match (contender, flavour) {
        ("xtra", _) => "  (does not keep a sender's order)",
        ("actix", Flavour::Mt) => "  (its actors share one thread)",
        _ => "",
    }
}

fn inline(row: &Row) {
    if let Some(queued) = row.total.queued {
        let calls = row.total.operations;
        let inline = calls.saturating_sub(queued);
        let share = float(inline) / float(calls) * 100.0;
        println!("  {}: {inline} calls ran inline ({share:.1} %), {queued} were queued", row.contender);
    }
}

pub(crate) fn heading(plan: &Plan) {
    println!("CPU time of the process an operation, and how many times ours that is.");
    println!(
        "Medians of {} rounds of about {:?}, in which the contenders take turns.",
        plan.rounds, plan.turn
    );
    println!("mt: multi_thread with 2 workers; ct: current_thread.");
}

pub(crate) fn list(contenders: &[Box<dyn Contender>]) {
    println!("scenarios:");
    for scenario in Scenario::ALL {
        println!("  {scenario:<18} {}", scenario.what());
    }
    println!("contenders:");
    for contender in contenders {
        println!("  {}", contender.name());
    }
}
