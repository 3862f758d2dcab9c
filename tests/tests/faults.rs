//! No line of `FAULTS.md` rots: each row has its tests, each test is there, and each mistake can still be made.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// The rows of each section: what may go wrong, and what may be threatened.
const ROWS: [(char, RangeInclusive<u32>); 7] = [
    ('P', 1..=14),
    ('P', 20..=31),
    ('P', 40..=49),
    ('P', 60..=74),
    ('P', 80..=86),
    ('P', 90..=102),
    ('Q', 1..=20),
];

const TABLES: &str = include_str!("../FAULTS.md");
const LIST: &str = "## Rows without a test of their own";

/// `P` or `Q`, and the number.
type Row = (char, u32);

/// A line of a table.
#[derive(Debug)]
struct Line {
    row: Row,
    place: String,
    test: String,
    file: String,
    before: String,
    after: String,
}

fn package() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn workspace() -> PathBuf {
    package().parent().expect("the tests are in a workspace").to_owned()
}

/// `P45`, or `p45` before a `_`.
fn row(text: &str) -> Option<Row> {
    let mut letters = text.chars();
    let section = letters.next()?.to_ascii_uppercase();
    let number = letters.as_str();
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && matches!(section, 'P' | 'Q')).then(|| Some((section, number.parse().ok()?))).flatten()
}

/// What stands between the bars, of which `\|` is none.
fn cells(line: &str) -> Vec<String> {
    const BAR: char = '\0';
    let hidden = line.trim().trim_matches('|').replace("\\|", "\0");
    let cells = hidden.split('|').map(|cell| cell.trim().trim_matches('`').replace(BAR, "|"));
    cells.collect()
}

fn lines() -> Vec<Line> {
    let lines = TABLES.lines().map(cells).filter(|cells| row(&cells[0]).is_some());
    lines
        .map(|cells| match <[String; 7]>::try_from(cells) {
            Ok([name, _ours, place, test, file, before, after]) => {
                let row = row(&name).expect("it was one a moment ago");
                Line { row, place, test, file, before, after }
            }
            Err(cells) => panic!("seven cells are wanted: {cells:?}"),
        })
        .collect()
}

/// The rows of the list, each with its reason.
fn listed() -> BTreeMap<Row, &'static str> {
    let (_, list) = TABLES.split_once(LIST).expect("the list is there");
    let points = list.lines().filter_map(|line| line.strip_prefix("- ")?.split_once(": "));
    points.flat_map(|(rows, why)| rows.split(", ").filter_map(move |name| Some((row(name)?, why)))).collect()
}

/// All Rust files in a folder, or the one file.
fn sources(path: &Path, found: &mut Vec<String>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("it is a folder") {
            sources(&entry.expect("it can be read").path(), found);
        }
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        found.push(fs::read_to_string(path).expect("it is source"));
    }
}

fn sources_of(path: &Path) -> Vec<String> {
    let mut found = Vec::new();
    sources(path, &mut found);
    found
}

/// The names of all tests that begin with the number of a row.
fn numbered_tests() -> BTreeSet<String> {
    let sources =
        [sources_of(&package().join("tests")), sources_of(&workspace().join("runtime/src"))].concat();
    let names = sources.iter().flat_map(|source| source.lines()).filter_map(|line| {
        let line = line.trim_start();
        let name =
            line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ")?.split(['(', '<']).next()?;
        row(name.split('_').next()?).is_some().then(|| name.to_owned())
    });
    names.collect()
}

#[test]
fn every_row_stands_in_a_table_or_in_the_list() {
    let tables: BTreeSet<_> = lines().iter().map(|line| line.row).collect();
    let list = listed().into_keys().collect();
    let all = ROWS.iter().flat_map(|(section, numbers)| numbers.clone().map(|number| (*section, number)));
    let all: BTreeSet<_> = all.collect();
    let (both, found) = (&tables & &list, &tables | &list);
    assert!(both.is_empty(), "in a table and in the list: {both:?}");
    assert_eq!(found, all, "not there: {:?}; unknown: {:?}", &all - &found, &found - &all);
}

#[test]
fn every_test_of_a_table_is_there() {
    for line in lines() {
        let is_there = match line.place.as_str() {
            "ui" => package().join("ui/fail").join(&line.test).is_file(),
            "loom" => has_test(&workspace().join("runtime/src/models"), &line.test),
            place => {
                let folder = package().join("tests").join(place);
                has_test(&folder, &line.test) || has_test(&folder.with_extension("rs"), &line.test)
            }
        };
        assert!(is_there, "{line:?}");
    }
}

fn has_test(path: &Path, name: &str) -> bool {
    path.exists() && sources_of(path).iter().any(|source| source.contains(&format!("fn {name}(")))
}

#[test]
fn every_test_that_is_named_after_a_row_has_its_row_in_a_table() {
    let (tables, list) = (lines(), listed());
    for name in numbered_tests() {
        let row = name.split('_').next().and_then(row).expect("it begins with a row");
        let is_listed = list.get(&row).is_some_and(|why| why.contains(&name));
        assert!(is_listed || tables.iter().any(|line| line.row == row), "{name}");
    }
}

#[test]
fn every_mistake_can_be_made() {
    let mutants = fs::read_to_string(workspace().join("runtime/src/mutants.rs")).expect("it is there");
    for line in lines() {
        if line.place == "loom" {
            assert!(mutants.contains(&format!("\"{}\"", line.before)), "no such mutant: {line:?}");
            continue;
        }
        let path = workspace().join(&line.file);
        let product = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        assert_eq!(product.matches(&line.before).count(), 1, "{line:?}");
        assert_ne!(line.before, line.after, "{line:?}");
    }
}

#[test]
fn what_is_said_at_the_end_is_said_of_all_lines() {
    let count = lines().len();
    assert!(TABLES.trim_end().ends_with(&format!("{count} of {count} seen to fail.")), "{count} lines");
}

/// `RELIABILITY.md` names them as `binary::test`.
#[test]
fn every_test_that_a_promise_rests_on_is_there() {
    let page = fs::read_to_string(workspace().join("RELIABILITY.md")).expect("it is there");
    let (promises, _) = page.split_once("## How it is proved").expect("the promises come first");
    let mut count = 0;
    for (place, test) in promises.split('`').skip(1).step_by(2).filter_map(|code| code.split_once("::")) {
        let folder = package().join("tests").join(place);
        let is_there = has_test(&folder, test) || has_test(&folder.with_extension("rs"), test);
        assert!(is_there, "{place}::{test}");
        count += 1;
    }
    assert!(count > 30, "{count} tests");
}
