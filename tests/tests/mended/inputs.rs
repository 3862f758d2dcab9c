//! The last part of the page: what people hand to such macros, and what becomes of it here.

use std::fmt::Write as _;
use std::fs;

use crate::cases::Case;
use crate::page::heading;
use crate::recorded::package;

enum Outcome {
    /// It compiles, and does what it should: a module of `ui/pass/inputs.rs`.
    Compiles(&'static str),
    /// It is refused: a case of `ui/fail`.
    Refused(&'static str),
}
use Outcome::{Compiles, Refused};

const INPUTS: &[(&str, Outcome)] = &[
    ("`v: T` of the impl block", Compiles("parameter_of_the_type")),
    ("`v: Vec<T>` of the impl block", Compiles("parameter_inside_a_type")),
    ("`bytes: [u8; N]` of the impl block", Compiles("const_parameter_of_the_type")),
    ("a generic method", Refused("signatures/type_parameter")),
    ("`(a, b): (i64, i64)`", Refused("arguments/pattern_tuple")),
    ("`_: i64`", Refused("arguments/pattern_wild")),
    ("`mut a: i64`", Compiles("mutable_argument")),
    ("`&str`", Refused("arguments/borrowed_str")),
    ("`&'static str`", Compiles("static_argument")),
    ("`Option<&str>`", Refused("arguments/borrowed_inside")),
    ("`Cow<'_, str>`", Refused("arguments/borrowed_cow")),
    ("`impl Into<String>` as an argument", Refused("arguments/impl_into")),
    ("`-> &str`", Refused("replies/borrowed_str")),
    ("`-> Option<&T>`", Refused("replies/borrowed_inside")),
    ("`o: Box<Self>`", Compiles("self_as_an_argument")),
    ("a method under `#[cfg(…)]` that is off", Compiles("configured_away")),
    ("an argument under `#[cfg(…)]`", Refused("arguments/cfg")),
    ("arguments named as in the generated code", Compiles("arguments_of_generated_names")),
    ("methods `new`, `send`, `stop`", Compiles("methods_of_the_client")),
    ("a method `clone`", Refused("names/clone")),
    ("methods `string`, `vec`, `option`, `result`", Compiles("methods_like_types")),
    ("a method `message`", Compiles("method_message")),
    ("two servers in one module with a method of one name", Compiles("two_in_one_module")),
    ("two annotated blocks of one type", Refused("init/second_block")),
    ("`r#type(r#in)`", Compiles("raw_names")),
    ("`unsafe fn`", Refused("signatures/unsafe")),
    ("`self` by value", Refused("receivers/owned")),
    ("`self: &mut Self`", Compiles("typed_receiver")),
    ("no `self`", Refused("receivers/missing")),
    ("an argument that is not `Send`", Refused("types/not_send_argument")),
    ("a type by its path, `impl m::C`", Compiles("type_by_its_path")),
    ("`#![deny(missing_docs)]` where all that the user wrote is documented", Compiles("documented")),
    ("a server from a `macro_rules!`, twice", Compiles("from_a_macro")),
    ("callcast under another name", Compiles("renamed_crate")),
    ("`const fn`", Compiles("const_handler")),
    ("a `ReplyTo` as an argument of a cast", Compiles("reply_handed_on")),
    ("a `ReplyTo` as an argument of a protocol's cast", Refused("protocol/trait_reply_to_of_a_cast")),
];

pub(crate) fn table(cases: &[Case]) -> String {
    let mut table = "\n## What you may hand to the macros\n\nWhat compiles is a module of `tests/ui/pass/inputs.rs`, which is also run.\n\n| input | what becomes of it |\n| --- | --- |\n".to_owned();
    for (input, outcome) in INPUTS {
        let outcome = match outcome {
            Compiles(module) => format!("compiles: `{module}`"),
            Refused(name) => {
                let case = cases.iter().find(|case| case.name == *name);
                let heading = heading(case.unwrap_or_else(|| panic!("`ui/fail` has no {name}")));
                format!("[refused](#{})", anchor(&heading))
            }
        };
        writeln!(table, "| {input} | {outcome} |").unwrap();
    }
    table
}

/// The anchor that Markdown viewers give to a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// The table and the program name the same modules.
#[test]
fn each_module_of_inputs_is_in_the_table() {
    let source = fs::read_to_string(package().join("ui/pass/inputs.rs")).unwrap();
    let mut modules: Vec<_> =
        source.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(" {")).collect();
    let mut listed: Vec<_> = INPUTS
        .iter()
        .filter_map(|(_, outcome)| match outcome {
            Compiles(module) => Some(*module),
            Refused(_) => None,
        })
        .collect();
    modules.sort_unstable();
    listed.sort_unstable();
    assert_eq!(modules, listed);
}
