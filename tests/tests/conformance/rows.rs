//! No row is forgotten: each has a test, or stands in `later.md`.

use std::collections::BTreeSet;

/// The rows of each section.
const SECTIONS: [(&str, &[u32]); 17] = [
    ("GS-E", &[1, 2, 3, 5, 6, 7, 8, 9, 11, 13, 14, 15, 16, 18, 19, 20]),
    ("AG-E", &[1, 2, 4, 6, 8, 9, 10, 12, 13, 14]),
    ("SV-E", &[1, 2, 4, 5, 7, 8, 9, 12, 13, 14, 15]),
    (
        "DS-E",
        &[
            1, 3, 4, 5, 6, 8, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 27, 29, 30, 31, 32, 33,
            35, 36, 37, 38, 39,
        ],
    ),
    ("RG-E", &[1, 2, 3, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 17, 18]),
    (
        "RU-E",
        &[1, 2, 3, 5, 6, 7, 8, 10, 12, 13, 15, 16, 17, 19, 20, 21, 22, 23, 25, 26, 27, 28, 30, 32, 34, 35],
    ),
    ("RD-E", &[1, 2, 4, 5, 7, 8, 9, 11, 12, 14, 15, 16, 18, 19, 20, 21, 22, 24, 25, 26, 27, 28, 31]),
    ("PR-E", &[4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 16]),
    ("AP-E", &[4]),
    (
        "GS-O",
        &[
            1, 2, 3, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 17, 19, 20, 22, 23, 25, 26, 27, 28, 29, 31, 32, 33,
            34, 35, 38, 39, 40, 41, 42, 44, 45, 46, 47, 49, 51, 52, 53, 54, 55, 57, 58, 60, 61, 62, 64, 65,
            66, 67, 68, 70, 71, 73, 77, 78, 80, 81,
        ],
    ),
    (
        "SV-O",
        &[
            1, 2, 3, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 27, 29, 30, 31,
            32, 33, 35, 36, 37, 38, 39, 41, 42, 43, 44, 45, 47, 48, 49, 50, 51, 53, 54, 55, 56, 57, 59, 60,
            61, 62, 63, 66, 67, 68, 69, 70, 72, 73, 74, 75, 78,
        ],
    ),
    ("SY-O", &[2, 3, 4, 5, 6, 8]),
    ("PL-O", &[1, 2, 3, 5, 7, 8, 9, 10, 11, 14, 16, 17, 18, 19, 21, 22, 23, 25, 26]),
    ("GM-O", &[2, 3, 4, 5, 6, 8, 9, 10, 11, 12]),
    ("PG-O", &[1, 3, 5, 6, 7]),
    (
        "PX",
        &[
            1, 2, 3, 5, 6, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 20, 21, 22, 25, 26, 28, 29, 30, 31, 32, 34,
            35, 36,
        ],
    ),
    // 14 is held in `../tasks`.
    ("NT", &[1, 2, 4, 5, 6, 7, 8, 10, 11, 12, 13, 16, 17, 18, 19, 20, 22, 23, 24]),
];

/// Where the tests are.
const SOURCES: [&str; 32] = [
    include_str!("gen_server_elixir.rs"),
    include_str!("agent_elixir.rs"),
    include_str!("gen_server_otp.rs"),
    include_str!("gen_server_names.rs"),
    include_str!("gen_server_reports.rs"),
    include_str!("gen_server_registry.rs"),
    include_str!("registry.rs"),
    include_str!("registry_unique.rs"),
    include_str!("registry_duplicate.rs"),
    include_str!("process.rs"),
    include_str!("sys.rs"),
    include_str!("proc_lib.rs"),
    include_str!("gen_statem.rs"),
    include_str!("groups.rs"),
    include_str!("probes.rs"),
    include_str!("promises.rs"),
    include_str!("../signals.rs"),
    include_str!("../tasks/task_elixir.rs"),
    include_str!("../tasks/task_shutdown.rs"),
    include_str!("../tasks/task_yield.rs"),
    include_str!("../supervision/auto_shutdown.rs"),
    include_str!("../supervision/dynamic_elixir.rs"),
    include_str!("../supervision/ends.rs"),
    include_str!("../supervision/probes.rs"),
    include_str!("../supervision/supervisor_admin.rs"),
    include_str!("../supervision/supervisor_elixir.rs"),
    include_str!("../supervision/supervisor_groups.rs"),
    include_str!("../supervision/supervisor_many.rs"),
    include_str!("../supervision/supervisor_restarts.rs"),
    include_str!("../supervision/supervisor_starts.rs"),
    include_str!("../supervision/supervisor_trees.rs"),
    include_str!("../supervision/waited.rs"),
];

/// The IDs of a table of `later.md`, in the order in which they stand there.
fn listed(heading: &str) -> Vec<String> {
    include_str!("later.md")
        .split("\n## ")
        .find_map(|part| part.strip_prefix(heading))
        .expect("the heading is there")
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(' ').next())
        .filter(|cell| cell.ends_with(|last: char| last.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}

/// The ID that a name begins with, and what follows it: `GS-O-27` of `gs_o_27_a_delayed_reply_arrives`.
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
    };
    SOURCES.iter().flat_map(tests_of).flat_map(ids_of).collect()
}

#[test]
fn every_row_is_tested_or_listed_once() {
    let tested = tested();
    let listed = [listed("Later"), listed("Not here")].concat();
    let mut found: Vec<_> = tested.iter().chain(&listed).cloned().collect();
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
