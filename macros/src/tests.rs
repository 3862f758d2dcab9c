//! Expansion snapshots: `UPDATE_EXPECT=1 cargo test -p callcast-macros` records them.

use std::path::Path;
use std::{env, fs};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::dump::rustfmt;
use crate::entry::expand_server;
use crate::kind::Kind;

#[test]
fn expansions_are_as_recorded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expand");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if name.ends_with(".expanded") {
            continue;
        }
        let actual = printed(expansion(&fs::read_to_string(&path).unwrap()));
        let expected = path.with_extension("expanded.rs");
        if env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(expected, actual).unwrap();
        } else {
            assert_same(name, &fs::read_to_string(expected).unwrap(), &actual);
        }
    }
}

/// Whatever stands there, the macro does not panic.
#[test]
fn odd_input_makes_no_panic() {
    const BLOCKS: [&str; 16] = [
        "",
        ";",
        "impl",
        "impl X",
        "impl X {",
        "impl X { fn }",
        "impl X { #[call] fn a() { } #[call] fn a() { } }",
        "impl X { #[init] fn new() -> impl Into<Self> {} #[call] fn a(self: Box<dyn Fn()>, ..., x: ..) {} }",
        "impl X { #[call] fn __(&self) {} #[call] fn _1(&self, _: (), r#fn: &dyn Fn(&str)) -> &(dyn A + '_) {} }",
        "impl X { #[call(timeout = \"1s\" \"2s\")] fn a(&self) {} #[every(, now)] fn b(&self) {} #[idle = \"1s\"] fn c() {} }",
        "impl X { #[terminate] fn t(&mut self, a: &ExitReason, b: &ExitReason, c: Vec<u8>, d: Vec<u8>, e: u8) -> u8 {} }",
        "impl X { #[down] fn d(&self, a: Down, b: Down) {} #[exit] fn e(&self) {} #[call] fn r(&self, r: ReplyTo) -> u8 {} }",
        "impl<T: ?Sized, const N: usize> [T; N] { #[init] fn new() -> Self {} }",
        "impl<'a, T> m::X<'a, T> where Self: 'a { #[init] fn new() -> Self {} }",
        "unsafe impl<T> !Send for X<T> {}",
        "pub(crate) const unsafe extern \"C\" fn f(...) {}",
    ];
    for block in BLOCKS {
        for kind in [Kind::Agent, Kind::Server] {
            for args in ["", "mailbox", "derive(,)", "timeout = \"\"", "start = 1, crate = self, spec = X<T>"]
            {
                let Ok(block) = block.parse() else { continue };
                let _expanded = expand_server(kind, args.parse().unwrap(), block).to_string();
            }
        }
    }
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

/// Does to the source what rustc does: takes the attribute off the block, and hands over both.
fn expansion(source: &str) -> TokenStream {
    let (attribute, block) = source.strip_prefix("#[").unwrap().split_once("]\n").unwrap();
    let (name, args) = attribute.split_once('(').unwrap_or((attribute, ")"));
    let kind = if name == "agent" { Kind::Agent } else { Kind::Server };
    let args = args.strip_suffix(')').unwrap().parse().unwrap();
    expand_server(kind, args, block.parse().unwrap())
}

/// Prints the block and the items beside it; a block that is half typed cannot be formatted, and stays on one line.
fn printed(expansion: TokenStream) -> String {
    let mut items = expansion.into_iter();
    let mut block: Vec<TokenTree> = Vec::new();
    while !matches!(block.last(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace) {
        block.push(items.next().unwrap());
    }
    let block = TokenStream::from_iter(block).to_string();
    let block = rustfmt(&block).unwrap_or(format!("{block}\n"));
    let rest = items.collect::<TokenStream>().to_string();
    spaced(&(block + &rustfmt(&rest).expect("the expansion is valid syntax")))
}

/// Writes docs as people do, and sets items apart.
fn spaced(code: &str) -> String {
    let mut lines = code.lines().map(documented).peekable();
    let mut text = String::new();
    while let Some(line) = lines.next() {
        text += &line;
        text.push('\n');
        let is_last = lines.peek().is_none_or(|next| next.trim_start().starts_with('}'));
        let indent = line.len() - line.trim_start().len();
        if line.ends_with('}') && indent <= 4 && !is_last {
            text.push('\n');
        }
    }
    text
}

/// `#[doc = " The value now."]` → `/// The value now.`
fn documented(line: &str) -> String {
    let indent = &line[..line.len() - line.trim_start().len()];
    match line.trim().strip_prefix("#[doc = \"").and_then(|rest| rest.strip_suffix("\"]")) {
        Some(text) => format!("{indent}///{}", text.replace("\\\"", "\"")),
        None => line.to_owned(),
    }
}
