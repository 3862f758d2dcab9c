//! `macros/ERRORS.md`, from the cases.

use std::fmt::Write as _;

use crate::cases::{Case, TOPICS};
use crate::diff::diff;
use crate::inputs;
use crate::message::messages;

const HEAD: &str = "\
# What the macros refuse, and what to write instead

Each mistake that `#[agent]`, `#[server]` and `#[protocol]` tell of, with the message and a way out of it. Look for the
text of your error; messages with a code, such as `error[E0277]`, are rustc's own, shown as it gives them for generated
code. At the end stands [what you may hand to the macros](#what-you-may-hand-to-the-macros).

This page is made from the programs in `tests/ui/fail` and their mended twins in `tests/ui/mended`, which are compiled by
the tests: `UPDATE_EXPECT=1 cargo test -p callcast-tests --test mended` writes it.
";

pub(crate) fn page() -> String {
    let cases = Case::all();
    let links: Vec<_> = TOPICS.iter().map(|(topic, _)| format!("[{topic}](#{topic})")).collect();
    let mut page = format!("{HEAD}\n{}\n", links.join(" · "));
    for (topic, about) in TOPICS {
        writeln!(page, "\n## {}\n\n{about}", capitalized(topic)).unwrap();
        for case in cases.iter().filter(|case| case.topic() == *topic) {
            page += &section(case);
        }
    }
    page + &inputs::table(&cases)
}

fn section(case: &Case) -> String {
    let mut section = format!("\n### {}\n", heading(case));
    let errors = messages(&case.output()).join("\n\n");
    writeln!(section, "\n```text\n{errors}\n```").unwrap();
    let remarks = case.remarks();
    if !remarks.is_empty() {
        writeln!(section, "\n{remarks}").unwrap();
    }
    if let Some(twin) = case.twin() {
        writeln!(section, "\n```diff\n{}```", diff(&case.code(), &twin)).unwrap();
    }
    section
}

/// The title, as a heading.
pub(crate) fn heading(case: &Case) -> String {
    capitalized(&case.title())
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
