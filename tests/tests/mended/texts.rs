//! Each text that the rules can give is in a recorded message.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::cases::Case;
use crate::recorded::package;

/// Files whose longer texts are all said to users.
const FILES: [&str; 8] = [
    "args.rs",
    "borrow.rs",
    "duration.rs",
    "entry.rs",
    "handler_args.rs",
    "misplaced.rs",
    "options.rs",
    "check",
];

/// A rule without a case of its own is one whose message nobody has read.
#[test]
fn each_text_of_the_rules_is_shown_by_a_case() {
    let outputs: Vec<String> = Case::all().iter().map(Case::output).collect();
    let mut missing = Vec::new();
    for file in FILES.iter().flat_map(|file| sources(&package().join("../macros/src").join(file))) {
        let source = fs::read_to_string(&file).unwrap();
        let code = source.split("\n#[cfg(test)]").next().unwrap();
        for text in texts(code.parse().unwrap()) {
            if !outputs.iter().any(|output| holds(output, &text)) {
                missing.push(format!("{}: {text}", file.file_name().unwrap().display()));
            }
        }
    }
    assert!(missing.is_empty(), "no case of `ui/fail` shows:\n{}", missing.join("\n"));
}

fn sources(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// The texts in code that are sentences: those with a space in them.
fn texts(code: TokenStream) -> Vec<String> {
    let mut texts = Vec::new();
    let mut is_attribute = false;
    for token in code {
        match token {
            // A doc comment is an attribute, too.
            TokenTree::Group(group) if is_attribute && group.delimiter() == Delimiter::Bracket => {}
            TokenTree::Group(group) => texts.extend(self::texts(group.stream())),
            TokenTree::Literal(literal) => texts.extend(text(&literal.to_string())),
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                is_attribute = true;
                continue;
            }
            TokenTree::Punct(punct) if is_attribute && punct.as_char() == '!' => continue,
            _ => {}
        }
        is_attribute = false;
    }
    texts
}

/// The value of a string literal that is a sentence.
fn text(literal: &str) -> Option<String> {
    let raw = literal.strip_prefix('r').map(|text| text.trim_matches('#'));
    let quoted = raw.unwrap_or(literal).strip_prefix('"')?.strip_suffix('"')?;
    let text =
        if raw.is_some() { quoted.to_owned() } else { quoted.replace("\\\"", "\"").replace("\\n", "\n") };
    text.trim().contains(' ').then_some(text)
}

/// Whether the output has the text, with anything where the text has `{…}`; newlines count as spaces.
fn holds(output: &str, text: &str) -> bool {
    let text = text.replace("{{", "\u{1}").replace("}}", "\u{2}");
    let mut parts = Vec::new();
    for part in text.split('{') {
        let fixed = part.split_once('}').map_or(part, |(_, fixed)| fixed);
        parts.extend(fixed.split('\n').map(|part| part.replace('\u{1}', "{").replace('\u{2}', "}")));
    }
    output.lines().collect::<Vec<_>>().windows(3).any(|lines| {
        let mut rest = lines.join("\n");
        parts.iter().all(|part| {
            let found = rest.find(part.as_str());
            if let Some(at) = found {
                rest.drain(..at + part.len());
            }
            found.is_some()
        })
    })
}

#[test]
fn a_text_is_found_with_its_gaps_filled() {
    let output = "error: `#[cast]` has no option `always`\n\n  help: leave it out\n";
    assert!(holds(output, "`#[{}]` has no option `{name}`"));
    assert!(holds(output, "{problem}\n\nhelp: {help}"));
    assert!(!holds(output, "`#[{}]` takes no option"));
    assert_eq!(texts("f(\"a b\", \"a\"); #[doc = \"c d\"] struct S;".parse().unwrap()), ["a b"]);
}
