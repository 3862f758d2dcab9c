//! What goes wrong in attribute macros: a test for each of the 35 that we know of, by its number.
//!
//! What only compiling can show is shown elsewhere, by a program that does not compile, or must: such a test names it,
//! and fails where it has gone.

use std::fs;
use std::path::Path;

use callcast::BackgroundTask;
use callcast::prelude::*;

/// Fails unless the file is there; after a `::` stands what has to be found in it.
#[track_caller]
fn held_by(evidence: &str) {
    let (file, what) = evidence.split_once("::").unwrap_or((evidence, ""));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
    assert!(text.contains(what), "{file} says nothing of {what}");
}

#[test]
fn pitfall_01_half_typed_bodies() {
    held_by("tests/ui/fail/syntax/half_typed_body.rs::fn main");
    held_by("tests/ui/fail/syntax/half_typed_let.rs");
    held_by("macros/tests/expand/half_typed.expanded.rs::pub struct");
}

/// A receiver and its uses have one hygiene: both come from `quote!`, and `mixed_site` is given to single names only.
#[test]
fn pitfall_02_self_and_mixed_site() {
    held_by("macros/src/names.rs::fn local");
    held_by("tests/ui/pass/receivers.rs");
}

/// Every name that our own code uses, and some that it does not.
#[derive(Debug, Default, PartialEq, Eq, Clone)]
struct Namesake(Vec<u32>);

#[server(derive(Debug, PartialEq))]
impl Namesake {
    #[init]
    fn new(args: u32, ctx: u32, place: u32, future: u32, init: u32) -> Self {
        Self(vec![args, ctx, place, future, init])
    }

    #[call]
    fn sum(&self, reply: u32, request: u32, server: u32, state: u32, this: u32) -> u32 {
        reply + request + server + state + this + self.0.iter().sum::<u32>()
    }

    #[call]
    async fn message(&mut self, self_: u32, cast: u32, info: u32, value: u32, name: u32) -> u32 {
        self_ + cast + info + value + name
    }

    #[cast]
    async fn reply(&mut self, reply: u32, f: u32, cast: u32, reason: u32, left: u32) {
        self.0 = vec![reply, f, cast, reason, left];
    }

    #[info]
    fn string(&mut self, vec: u32, option: u32, result: u32) {
        self.0 = vec![vec, option, result];
    }

    #[call]
    fn merge(&mut self, mut other: Self, more: Vec<Self>) -> Option<Self> {
        for Self(more) in more {
            other.0.extend(more);
        }
        (!other.0.is_empty()).then_some(other)
    }

    #[call]
    fn r#type(&self, r#in: u32, word: &'static str) -> String {
        [word, &r#in.to_string()].join(" ")
    }
}

#[tokio::test]
async fn pitfall_03_locals() {
    let server = Namesake::start(1, 2, 3, 4, 5).await.unwrap();
    assert_eq!(server.sum(1, 1, 1, 1, 1).await, Ok(20));
    assert_eq!(server.message(1, 2, 3, 4, 5).await, Ok(15));
    server.reply(1, 0, 0, 0, 1).await.unwrap();
    assert_eq!(server.sum(0, 0, 0, 0, 0).await, Ok(2));
}

/// A user's `reply` has its name, and ours makes room.
#[test]
fn pitfall_04_fields_are_never_hygienic() {
    let call = NamesakeCall::Sum { reply: 1, request: 2, server: 3, state: 4, this: 5 };
    assert_eq!(format!("{call:?}"), "Sum { reply: 1, request: 2, server: 3, state: 4, this: 5 }");
    let is_from_somebody = |request: NamesakeRequest| matches!(request, NamesakeRequest::Sum { reply: 1, reply_, .. } if !reply_.is_abandoned());
    assert_eq!(size_of_val(&is_from_somebody), 0, "only that it compiles counts");
    assert_eq!(NamesakeInfo::string((1, 2, 3)), NamesakeInfo::String { vec: 1, option: 2, result: 3 });
}

#[test]
fn pitfall_05_a_users_span_makes_it_the_users_code() {
    // Its client has methods that nobody calls, and one with too many arguments, under `deny(warnings)`.
    held_by("tests/ui/pass/lints.rs::deprecated");
    held_by("tests/lints/src/lib.rs::#![forbid(clippy::all");
}

#[test]
fn pitfall_06_where_a_missing_send_is_reported() {
    held_by("tests/ui/fail/types/future_not_send.stderr::is not `Send`");
    held_by("tests/ui/fail/types/not_send_argument.stderr::cannot be sent in a message");
    held_by("tests/ui/fail/types/not_send_state.stderr");
}

/// Whoever is generic over servers can still send their futures.
#[tokio::test]
async fn pitfall_07_async_fn_in_traits() {
    async fn stopped<S: BackgroundTask>(client: S::Client) -> ExitReason {
        let task = tokio::spawn(async move { client.downgrade().upgrade().is_some() });
        if task.await.unwrap() { ExitReason::Normal } else { ExitReason::Killed }
    }
    let server = Namesake::start(1, 2, 3, 4, 5).await.unwrap();
    assert_eq!(tokio::spawn(stopped::<Namesake>(server)).await.unwrap(), ExitReason::Normal);
}

/// A handler may be `async` or not, and take `&self` or `&mut self`, so that none is told that it need not. Arguments
/// have to be owned: `needless_pass_by_value` is for the block's author to allow, since under a `forbid` we could not.
#[test]
fn pitfall_08_lints_that_our_rules_provoke() {
    held_by("tests/lints/src/worker.rs::const fn tick");
    held_by("macros/src/lib.rs::needless_pass_by_value");
}

#[tokio::test]
async fn pitfall_09_self_in_arguments_and_replies() {
    let server = Namesake::start(1, 2, 3, 4, 5).await.unwrap();
    let merged = server.merge(Namesake(vec![1]), vec![Namesake(vec![2])]).await.unwrap();
    assert_eq!(merged, Some(Namesake(vec![1, 2])));
}

#[test]
fn pitfall_10_cfg_on_a_handler() {
    held_by("tests/ui/pass/cfgs.rs::#[cfg(missing)]");
    held_by("tests/ui/fail/arguments/cfg.rs");
}

#[test]
fn pitfall_11_cfg_attr() {
    held_by("macros/src/attrs.rs::fn cfg_attr_is_filtered_inside");
    held_by("tests/ui/fail/arguments/cfg_attr.rs");
}

#[test]
fn pitfall_12_which_attribute_goes_where() {
    held_by("macros/src/attrs.rs::fn what_concerns_the_function_stays_with_it");
    held_by("macros/src/attrs.rs::fn the_client_method_tells_what_the_handler_tells");
    held_by("macros/tests/expand/attributes.expanded.rs::#[deprecated");
}

#[test]
fn pitfall_13_deprecated() {
    held_by("tests/lints/src/counter.rs::#[deprecated(note");
    held_by("tests/ui/pass/lints.rs::#[deprecated(note");
}

#[test]
fn pitfall_14_must_use() {
    for unused in ["call", "cast", "pending", "reply_to", "spec", "start", "stop", "watch", "with"] {
        held_by(&format!("tests/ui/fail/unused/{unused}.stderr::that must be used"));
    }
}

/// An attribute below ours sees the handler as it is written, and under its own name.
#[tokio::test]
async fn pitfall_15_order_of_attributes() {
    struct Traced;
    #[server]
    impl Traced {
        #[init]
        fn new() -> Self {
            Self
        }
        #[call]
        #[tracing::instrument(skip(self), ret)]
        async fn double(&self, n: u32) -> u32 {
            tokio::task::yield_now().await;
            2 * n
        }
        #[tracing::instrument(skip_all)]
        #[call]
        fn half(&self, n: u32) -> Result<u32, String> {
            n.is_multiple_of(2).then_some(n / 2).ok_or_else(|| format!("{n} is odd"))
        }
    }
    let server = Traced::start().await.unwrap();
    assert_eq!(server.double(2).await, Ok(4));
    assert_eq!(server.half(4).await, Ok(2));
    assert_eq!(server.half(3).await, Err(CallError::Handler("3 is odd".to_owned())));
}

#[test]
fn pitfall_16_patterns_in_arguments() {
    for pattern in ["at", "ref", "struct", "tuple", "wild"] {
        held_by(&format!("tests/ui/fail/arguments/pattern_{pattern}.rs"));
    }
    held_by("tests/ui/pass/arguments.rs::mut ");
}

#[test]
fn pitfall_17_impl_trait_arguments() {
    held_by("tests/ui/fail/arguments/impl_into.stderr::#[into]");
    held_by("tests/ui/fail/arguments/impl_trait.rs");
    held_by("tests/ui/fail/signatures/type_parameter.rs");
}

#[tokio::test]
async fn pitfall_18_borrowed_arguments_and_elided_lifetimes() {
    held_by("tests/ui/fail/arguments/borrowed_str.stderr::`String`");
    held_by("tests/ui/fail/arguments/borrowed_cow.stderr::`Cow<'static, str>`");
    held_by("macros/src/borrow.rs::fn what_is_owned_is_not");
    let server = Namesake::start(1, 2, 3, 4, 5).await.unwrap();
    assert_eq!(server.r#type(1, "lasting").await.unwrap(), "lasting 1");
}

#[test]
fn pitfall_19_generics() {
    held_by("tests/ui/pass/generics.rs::const N: usize");
    held_by("tests/lints/src/generic.rs");
}

#[test]
fn pitfall_20_missing_docs() {
    held_by("tests/lints/src/lib.rs::#![forbid(missing_docs");
}

#[test]
fn pitfall_21_clippy_inside_expansions() {
    held_by("tests/lints/src/lib.rs::clippy::pedantic, clippy::nursery");
    held_by(".ci/run::cargo clippy --workspace");
}

#[test]
fn pitfall_22_dead_code() {
    held_by("macros/src/attrs.rs::fn expect_becomes_allow");
    held_by("tests/ui/pass/lints.rs::#[expect(");
}

#[test]
fn pitfall_23_prelude_and_paths() {
    held_by("tests/ui/pass/hygiene.rs::#![no_implicit_prelude]");
    held_by("tests/ui/pass/hygiene.rs::mod core {}");
}

#[test]
fn pitfall_24_a_renamed_or_reexported_crate() {
    held_by("tests/renamed/src/lib.rs::crate = ::actors");
    held_by("tests/ui/pass/crate_path.rs::$crate::");
    held_by("tests/ui/fail/options/crate_relative.rs");
}

#[test]
fn pitfall_25_names_that_meet_ours() {
    for name in ["clone", "deref", "one_variant", "spec", "start"] {
        held_by(&format!("tests/ui/fail/names/{name}.rs"));
    }
}

#[tokio::test]
async fn pitfall_26_raw_identifiers() {
    let server = Namesake::start(1, 2, 3, 4, 5).await.unwrap();
    assert_eq!(server.r#type(7, "number").await.unwrap(), "number 7");
    assert_eq!(NamesakeCall::Type { r#in: 7, word: "" }, NamesakeCall::Type { r#in: 7, word: "" });
}

#[test]
fn pitfall_27_panics_in_the_macro() {
    held_by("macros/src/tests/fuzz/mod.rs::CALLCAST_FUZZ_INPUTS");
    held_by("macros/src/lib.rs::clippy::indexing_slicing");
}

#[test]
fn pitfall_28_editions() {
    held_by("tests/edition2021/Cargo.toml::edition = \"2021\"");
    held_by("tests/edition2021/src/lib.rs::fn gen(");
}

#[test]
fn pitfall_29_macro_rules_around_us() {
    held_by("tests/ui/pass/macro_rules.rs::$self_ty:ty");
}

/// The docs of a handler stand on the client's method as well, where `Self` is the client. The page of the attributes
/// says so, and that an example in them is run twice.
#[test]
fn pitfall_30_doc_links_and_doctests() {
    held_by("tests/lints/src/counter.rs::see [`add`](Self::add)");
    held_by("tests/lints/src/counter.rs::/// ```");
    held_by("macros/src/lib.rs::Examples in these docs are tests of both");
}

/// The block comes first, as written; what is made from a name does not have its span.
#[test]
fn pitfall_31_editor_hints() {
    held_by("macros/src/names.rs::with the user's, editors would take them for the struct's name");
    held_by("macros/src/expand/mod.rs::let mut tokens = server.input.without(");
}

#[test]
fn pitfall_32_cost_of_syn() {
    held_by("Cargo.toml::syn = { version = \"3.0.0\", default-features = false");
    held_by("tests/bench/src/builds.rs::fn macros_beside_syn");
}

/// Cannot occur: tokio needs `std`, and so does callcast. What is written names `::core` all the same.
#[test]
fn pitfall_33_no_std() {
    held_by("macros/tests/expand/counter.expanded.rs::::core::");
}

#[test]
fn pitfall_34_stable_output() {
    held_by("macros/src/tests/snapshots.rs::fn the_same_input_gives_the_same_output");
}

#[test]
fn pitfall_35_two_errors_for_one_mistake() {
    held_by("tests/ui/fail/several/five.rs::fn main");
    held_by("tests/ui/fail/several/in_one_signature.rs");
}
