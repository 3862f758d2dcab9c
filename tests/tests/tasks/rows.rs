//! No row is forgotten: each has a test, or stands in `not_here.md`.

use std::collections::BTreeSet;

/// The rows of each section.
const SECTIONS: [(&str, &[u32]); 5] = [
    ("PS-E", &[2, 3, 4, 5, 6, 8, 10, 11, 12, 13, 15, 16, 17, 18, 19, 21, 22]),
    (
        "TK-E",
        &[
            1, 2, 3, 4, 6, 7, 8, 9, 10, 12, 13, 15, 16, 17, 20, 22, 24, 25, 26, 30, 31, 32, 33, 35, 38, 39,
            40, 42, 43, 45, 46, 47, 49, 50, 52, 53, 54, 55, 56, 58, 59, 61, 62, 63, 65, 66, 67, 69, 70, 72,
            73, 74, 75, 77, 79, 80, 81, 82, 83, 85, 86, 87, 88, 89, 91, 92, 93, 94, 95,
        ],
    ),
    (
        "TS-E",
        &[
            3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 15, 16, 17, 18, 19, 21, 22, 23, 24, 25, 27, 28, 29, 30, 31, 33,
            34, 35, 36, 37,
        ],
    ),
    // The others of these sections are held elsewhere.
    ("PX", &[34, 35]),
    ("NT", &[14]),
];

/// Where the tests are.
const SOURCES: [&str; 10] = [
    include_str!("partition_elixir.rs"),
    include_str!("partition_resize.rs"),
    include_str!("task_await.rs"),
    include_str!("task_elixir.rs"),
    include_str!("task_shutdown.rs"),
    include_str!("task_stream.rs"),
    include_str!("task_stream_parts.rs"),
    include_str!("task_supervisor_elixir.rs"),
    include_str!("task_supervisor_stream.rs"),
    include_str!("task_yield.rs"),
];

/// The IDs of a table of `not_here.md`, in the order in which they stand there.
fn listed(heading: &str) -> Vec<String> {
    include_str!("not_here.md")
        .split("\n## ")
        .find_map(|part| part.strip_prefix(heading))
        .expect("the heading is there")
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(' ').next())
        .filter(|cell| cell.ends_with(|last: char| last.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}

/// The ID that a name begins with, and what follows it: `TK-E-10` of `tk_e_10_an_end`.
fn first_id(name: &str) -> Option<(String, &str)> {
    SECTIONS.iter().find_map(|(section, _)| {
        let rest = name.strip_prefix(&section.to_lowercase().replace('-', "_"))?.strip_prefix('_')?;
        let (number, rest) = rest.split_once('_').unwrap_or((rest, ""));
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| (format!("{section}-{number}"), rest))
    })
}

/// The IDs in a test's name: it begins with one or more.
fn ids_of(mut name: &str) -> Vec<String> {
    let mut ids = Vec::new();
    while let Some((id, rest)) = first_id(name) {
        ids.push(id);
        name = rest;
    }
    ids
}

fn tested() -> BTreeSet<String> {
    let tests_of = |source: &&'static str| {
        source
            .lines()
            .zip(source.lines().skip(1))
            .filter(|(attribute, _)| *attribute == "#[test]" || attribute.starts_with("#[tokio::test"))
            .filter_map(|(_, test)| test.trim_start_matches("async ").strip_prefix("fn "))
            .map(|test| test.split('(').next().unwrap_or(test))
    };
    SOURCES.iter().flat_map(tests_of).flat_map(ids_of).collect()
}

#[test]
fn every_row_is_tested_or_listed_once() {
    let tested = tested();
    let mut found: Vec<_> = tested.iter().cloned().chain(listed("Not here")).collect();
    found.sort();
    let mut all: Vec<_> = SECTIONS
        .iter()
        .flat_map(|(section, numbers)| numbers.iter().map(move |number| format!("{section}-{number:02}")))
        .collect();
    all.sort();
    assert_eq!(found, all);
}

#[test]
fn what_is_tested_in_part_is_tested() {
    let tested = tested();
    for id in listed("In part") {
        assert!(tested.contains(&id), "{id}");
    }
}
