//! What is refused, mended: each program of `ui/fail` has a twin in `ui/mended` that compiles, here.
//!
//! From both, and from the recorded messages, `macros/ERRORS.md` is made:
//! `UPDATE_EXPECT=1 cargo test -p callcast-tests --test mended` writes it, and the list of the twins.

mod cases;
mod diff;
mod inputs;
mod message;
mod page;
mod recorded;
mod texts;
#[rustfmt::skip]
#[allow(warnings, reason = "each shows one thing, and not what surrounds it in a program")]
mod twins;

use std::collections::BTreeSet;

use cases::{Case, TOPICS, WITHOUT_TWIN};

/// Its title is the heading under which the case stands in the page.
#[test]
fn each_case_has_a_title_and_a_topic() {
    let mut titles = BTreeSet::new();
    for case in Case::all() {
        let title = case.title();
        assert!(!title.is_empty(), "{} does not begin with `//! ` and a title", case.name);
        assert!(titles.insert(title.clone()), "two cases are called `{title}`");
        assert!(TOPICS.iter().any(|(topic, _)| *topic == case.topic()), "no topic for {}", case.name);
    }
}

#[test]
fn each_case_has_a_twin() {
    for case in Case::all() {
        let is_exempt = WITHOUT_TWIN.iter().any(|(name, _)| *name == case.name);
        assert_eq!(
            case.twin().is_some(),
            !is_exempt,
            "{} has to be in `ui/mended` or in `WITHOUT_TWIN`",
            case.name
        );
    }
}

#[test]
fn each_twin_belongs_to_a_case() {
    let cases: BTreeSet<_> = Case::all().into_iter().map(|case| case.name).collect();
    for twin in cases::names_in("ui/mended") {
        assert!(cases.contains(&twin), "`ui/fail` has no {twin}");
    }
    for (name, _) in WITHOUT_TWIN {
        assert!(cases.contains(*name), "`ui/fail` has no {name}");
    }
}

/// None is forgotten: what is not in the list is not compiled.
#[test]
fn the_list_of_twins_is_complete() {
    recorded::compare("tests/mended/twins.rs", &cases::list_of_twins());
}

#[test]
fn the_page_is_made_from_the_cases() {
    recorded::compare("../macros/ERRORS.md", &page::page());
}
