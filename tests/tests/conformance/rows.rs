//! No row is forgotten: each has a test, or stands in `later.md`.

use std::collections::BTreeSet;

const SECTIONS: [(&str, &str, &[u32]); 18] = [
    ("GS-E", include_str!("gen_server_elixir.rs"), &[1, 2, 3, 5, 6, 7, 8, 9, 11, 13, 14, 15, 16, 18, 19, 20]),
    ("AG-E", include_str!("agent_elixir.rs"), &[1, 2, 4, 6, 8, 9, 10, 12, 13, 14]),
    (
        "GS-O",
        include_str!("gen_server_otp.rs"),
        &[
            1, 2, 3, 5, 6, 8, 13, 14, 15, 20, 22, 23, 25, 26, 27, 28, 29, 31, 32, 33, 34, 35, 38, 39, 40, 41,
            42, 44, 45, 46, 47, 49, 51, 52, 53, 54, 55, 57, 58, 60, 62, 66, 68, 73, 77, 78,
        ],
    ),
    ("GS-O", include_str!("gen_server_names.rs"), &[7, 9, 11, 12, 17, 19, 61]),
    ("GS-O", include_str!("gen_server_reports.rs"), &[64, 65, 67, 70, 71, 80, 81]),
    ("GS-E", include_str!("gen_server_registry.rs"), &[]),
    ("GS-O", include_str!("gen_server_registry.rs"), &[]),
    ("RG-E", include_str!("registry.rs"), &[1, 2, 3, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 17, 18]),
    (
        "RU-E",
        include_str!("registry_unique.rs"),
        &[1, 2, 3, 5, 6, 7, 8, 10, 12, 13, 15, 16, 17, 19, 20, 21, 22, 23, 25, 26, 27, 28, 30, 32, 34, 35],
    ),
    (
        "RD-E",
        include_str!("registry_duplicate.rs"),
        &[1, 2, 4, 5, 7, 8, 9, 11, 12, 14, 15, 16, 18, 19, 20, 21, 22, 24, 25, 26, 27, 28, 31],
    ),
    ("PR-E", include_str!("process.rs"), &[4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 16]),
    ("AP-E", include_str!("process.rs"), &[4]),
    ("SY-O", include_str!("sys.rs"), &[2, 3, 4, 5, 6, 8]),
    (
        "PL-O",
        include_str!("proc_lib.rs"),
        &[1, 2, 3, 5, 7, 8, 9, 10, 11, 14, 16, 17, 18, 19, 21, 22, 23, 25, 26],
    ),
    ("GM-O", include_str!("gen_statem.rs"), &[2, 3, 4, 5, 6, 8, 9, 10, 11, 12]),
    ("PG-O", include_str!("groups.rs"), &[1, 3, 5, 6, 7]),
    (
        "PX",
        include_str!("probes.rs"),
        &[
            1, 2, 3, 5, 6, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 20, 21, 22, 25, 26, 28, 29, 30, 31, 32, 34,
            35, 36,
        ],
    ),
    (
        "NT",
        include_str!("promises.rs"),
        &[1, 2, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 22, 23, 24],
    ),
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

/// The ID in a test's name: `GS-O-27` of `gs_o_27_a_delayed_reply_arrives`.
fn id_of(name: &str, section: &str) -> Option<String> {
    let number =
        name.strip_prefix(&section.to_lowercase().replace('-', "_"))?.strip_prefix('_')?.split('_').next()?;
    Some(format!("{section}-{number}"))
}

fn tested() -> BTreeSet<String> {
    let tests_of = |(section, source, _): &(&'static str, &'static str, _)| {
        let section = *section;
        source
            .lines()
            .zip(source.lines().skip(1))
            .filter(|(attribute, _)| *attribute == "#[test]" || attribute.starts_with("#[tokio::test"))
            .filter_map(move |(_, test)| {
                id_of(test.trim_start_matches("async ").strip_prefix("fn ")?, section)
            })
    };
    SECTIONS.iter().flat_map(tests_of).collect()
}

#[test]
fn every_row_is_tested_or_listed_once() {
    let tested = tested();
    let listed = [listed("Later"), listed("Not here")].concat();
    let mut found: Vec<_> = tested.iter().chain(&listed).cloned().collect();
    found.sort();
    let mut all: Vec<_> = SECTIONS
        .iter()
        .flat_map(|(section, _, numbers)| numbers.iter().map(move |number| format!("{section}-{number:02}")))
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
