//! Expansion snapshots: `UPDATE_EXPECT=1 cargo test -p callcast-macros` records them.
//!
//! `tests/expand` has a file for each shape of a block, and beside it what the macro writes for it. They are read in review as
//! any code is: would a good engineer have written it?

use std::path::{Path, PathBuf};
use std::{env, fs};

use proc_macro2::TokenStream;

use super::oracle;
use crate::dump::rustfmt;
use crate::entry::expand_any;
use crate::kind::Kind;

/// No hash decides, no clock and no chance: builds can be repeated.
#[test]
fn the_same_input_gives_the_same_output() {
    let source = include_str!("../../tests/expand/worker.rs");
    let expansion = || {
        let (kind, args, block) = taken_apart(source);
        expand_any(kind, args.parse().unwrap(), block.parse().unwrap()).to_string()
    };
    let first = expansion();
    assert!((0..8).all(|_| expansion() == first));
}

#[test]
fn expansions_are_as_recorded() {
    for path in paths() {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let actual = printed(&fs::read_to_string(&path).unwrap());
        let expected = path.with_extension("expanded.rs");
        if env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(expected, actual).unwrap();
        } else {
            assert_same(name, &fs::read_to_string(expected).unwrap(), &actual);
        }
    }
}

/// What the macro is given in each of them.
pub(super) fn sources() -> Vec<String> {
    paths().iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

fn paths() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expand");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = paths.filter(|path| !path.to_str().unwrap().ends_with(".expanded.rs")).collect();
    // The file system has no order of its own.
    paths.sort();
    paths
}

/// Shows the first line that differs; the files are too long to be shown whole.
#[track_caller]
fn assert_same(name: &str, expected: &str, actual: &str) {
    let lines = expected.lines().zip(actual.lines()).enumerate();
    for (number, (expected, actual)) in lines {
        assert_eq!(expected, actual, "{name}, line {} of the expansion", number + 1);
    }
    assert_eq!(expected.lines().count(), actual.lines().count(), "{name}");
}

/// Does to the source what rustc does: takes the attribute off the block.
pub(super) fn taken_apart(source: &str) -> (Kind, &str, &str) {
    let (attribute, block) = source.strip_prefix("#[").unwrap().split_once("]\n").unwrap();
    let (name, args) = attribute.split_once('(').unwrap_or((attribute, ")"));
    let kinds = [Kind::Agent, Kind::Server, Kind::Protocol];
    let kind = kinds.into_iter().find(|kind| kind.attribute() == format!("#[{name}]")).unwrap();
    (kind, args.strip_suffix(')').unwrap(), block)
}

/// Prints the block and the items beside it; a block that is half typed cannot be formatted, and stays on one line.
fn printed(source: &str) -> String {
    let (kind, args, block) = taken_apart(source);
    let block: TokenStream = block.parse().unwrap();
    let expansion = expand_any(kind, args.parse().unwrap(), block.clone());
    let (block, rest) = oracle::split(expansion, &oracle::parsed(kind, block).unwrap());
    let block = block.to_string();
    let block = rustfmt(&block).unwrap_or(format!("{block}\n"));
    spaced(&(block + &rustfmt(&rest.to_string()).expect("the expansion is valid syntax")))
}

/// Writes docs as people do, and sets items apart.
fn spaced(code: &str) -> String {
    let mut lines = code.lines().map(documented).peekable();
    let mut text = String::new();
    while let Some(line) = lines.next() {
        text += &line;
        text.push('\n');
        if lines.peek().is_some_and(|next| are_apart(&line, next)) {
            text.push('\n');
        }
    }
    text
}

/// Whether an item ends with `line`, and another one begins with `next`; types and constants stand together.
fn are_apart(line: &str, next: &str) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let ends = line.ends_with('}') || line.ends_with("};") || line.ends_with(';') && !next.ends_with(';');
    ends && indent(line) <= 4 && indent(next) == indent(line) && !next.trim_start().starts_with('}')
}

/// `#[doc = " The value now."]` → `/// The value now.`
fn documented(line: &str) -> String {
    let indent = &line[..line.len() - line.trim_start().len()];
    match line.trim().strip_prefix("#[doc = \"").and_then(|rest| rest.strip_suffix("\"]")) {
        Some(text) => format!("{indent}///{}", text.replace("\\\"", "\"")),
        None => line.to_owned(),
    }
}
