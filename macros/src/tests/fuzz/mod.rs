//! Impl blocks with mistakes nobody has thought of.
//!
//! `CALLCAST_FUZZ_INPUTS` says how many, `CALLCAST_FUZZ_SEED` which: the same number gives the same inputs.

mod corpus;
mod mutation;
mod phrases;

use std::{env, thread};

use proc_macro2::Delimiter;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use super::oracle;
use super::tree::{self, Tree};
use crate::kind::Kind;
use corpus::Corpus;
use mutation::{Mutation, index};

const INPUTS: u32 = 2_000;
const THREADS: u32 = 2;
/// What a thread of rustc has.
const STACK: usize = 8 << 20;

/// How one input is made: of parts of the corpus, and mistakes.
#[derive(Debug, Clone)]
struct Plan {
    kind: Kind,
    head: Option<Index>,
    init: Option<Index>,
    items: Vec<Index>,
    in_args: Vec<Mutation>,
    in_block: Vec<Mutation>,
}

/// What the macro is given.
pub(super) struct Input {
    pub(super) kind: Kind,
    pub(super) args: Vec<Tree>,
    pub(super) block: Vec<Tree>,
}

#[test]
fn fuzz() {
    let inputs = number("CALLCAST_FUZZ_INPUTS").unwrap_or(INPUTS);
    let seed = number("CALLCAST_FUZZ_SEED").unwrap_or(0);
    let threads: Vec<_> = (0..THREADS)
        .map(|part| {
            let run = move || run(seed + part, inputs.div_ceil(THREADS));
            thread::Builder::new().stack_size(STACK).spawn(run).unwrap()
        })
        .collect();
    let parsed: Result<Vec<u32>, String> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    let parsed: u32 = parsed.unwrap_or_else(|fault| panic!("{fault}")).iter().sum();
    // What is refused as a whole has seen little of the macro.
    assert!(parsed >= inputs / 3, "only {parsed} of {inputs} inputs are blocks or traits at all");
}

fn number(variable: &str) -> Option<u32> {
    env::var(variable).ok().map(|text| text.parse().unwrap())
}

/// Says how many inputs could be parsed, or what is wrong with one.
fn run(seed: u32, inputs: u32) -> Result<u32, String> {
    let corpus = Corpus::new();
    // Most of the shrinking is done by `reduced`. Nothing is written down: the seed says it all.
    let config =
        Config { cases: inputs, max_shrink_iters: 500, failure_persistence: None, ..Config::default() };
    let parsed = std::cell::Cell::new(0);
    let result = TestRunner::new_with_rng(config, rng(seed)).run(&plan(), |plan| {
        let is_parsed = oracle::check(&plan.input(&corpus)).map_err(TestCaseError::fail)?;
        parsed.set(parsed.get() + u32::from(is_parsed));
        Ok(())
    });
    match result {
        Ok(()) => Ok(parsed.get()),
        Err(TestError::Fail(_, plan)) => Err(report(seed, reduced(plan.input(&corpus)))),
        Err(error) => Err(error.to_string()),
    }
}

fn rng(seed: u32) -> TestRng {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&seed.to_le_bytes());
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}

fn plan() -> impl Strategy<Value = Plan> {
    prop_oneof![15 => block(), 1 => arbitrary()]
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![2 => Just(Kind::Agent), 2 => Just(Kind::Server), 1 => Just(Kind::Protocol)]
}

fn block() -> impl Strategy<Value = Plan> {
    let init = prop_oneof![1 => Just(None), 9 => index().prop_map(Some)];
    let (items, in_args) = (vec(index(), 0..6), vec(mutation::any(), 0..3));
    (kind(), index(), init, items, in_args, vec(mutation::any(), 0..6)).prop_map(
        |(kind, head, init, items, in_args, in_block)| Plan {
            kind,
            head: Some(head),
            init,
            items,
            in_args,
            in_block,
        },
    )
}

/// Any tokens, be they a block or not.
fn arbitrary() -> impl Strategy<Value = Plan> {
    let (in_args, in_block) = (vec(mutation::insertion(), 0..5), vec(mutation::insertion(), 0..30));
    (kind(), in_args, in_block).prop_map(|(kind, in_args, in_block)| Plan {
        kind,
        head: None,
        init: None,
        items: Vec::new(),
        in_args,
        in_block,
    })
}

impl Plan {
    fn input(&self, corpus: &Corpus) -> Input {
        let kind = self.kind;
        let (mut args, mut block) = self.block(corpus);
        for mutation in &self.in_args {
            mutation.apply(&mut args, &corpus.options);
        }
        for mutation in &self.in_block {
            mutation.apply(&mut block, &corpus.phrases);
        }
        tree::mend_attributes(&mut block);
        Input { kind, args, block }
    }

    fn block(&self, corpus: &Corpus) -> (Vec<Tree>, Vec<Tree>) {
        let Some(head) = &self.head else { return Default::default() };
        let is_trait = self.kind == Kind::Protocol;
        let (heads, all) = if is_trait {
            (&corpus.trait_heads, &corpus.trait_items)
        } else {
            (&corpus.heads, &corpus.items)
        };
        let (args, mut block) = head.get(heads).clone();
        // A trait's methods may be those of any block.
        let init =
            self.init.iter().map(|init| init.get(if is_trait { &corpus.items } else { &corpus.inits }));
        let items = self.items.iter().map(|item| item.get(all));
        block.push(Tree::Group(Delimiter::Brace, init.chain(items).flatten().cloned().collect()));
        (args, block)
    }
}

/// Takes away whatever does not matter for the fault.
fn reduced(mut input: Input) -> Input {
    let fault = fault(&input);
    let mut is_smaller = true;
    while is_smaller {
        is_smaller = false;
        for width in [8, 4, 3, 2, 1] {
            is_smaller |= reduce(&mut input, |input| &mut input.args, width, &fault);
            is_smaller |= reduce(&mut input, |input| &mut input.block, width, &fault);
        }
    }
    input
}

/// Takes away `width` trees at a time.
fn reduce(input: &mut Input, part: fn(&mut Input) -> &mut Vec<Tree>, width: usize, same: &str) -> bool {
    let mut is_smaller = false;
    let mut place = 0;
    while place < tree::places(part(input)) {
        let before = part(input).clone();
        tree::edit_at(part(input), place, |trees, index| {
            trees.splice(index..trees.len().min(index + width), []);
        });
        if tree::count(part(input)) < tree::count(&before) && fault(input) == same {
            is_smaller = true;
        } else {
            *part(input) = before;
            place += 1;
        }
    }
    is_smaller
}

/// What is wrong, without where; nothing if nothing is.
fn fault(input: &Input) -> String {
    let fault = oracle::check(input).err().unwrap_or_default();
    fault.split(':').next().unwrap_or_default().to_owned()
}

fn report(seed: u32, input: Input) -> String {
    let fault = oracle::check(&input).expect_err("what is reduced is still at fault");
    let Input { kind, args, block } = input;
    let (args, block) = (tree::code(&args), tree::code(&block));
    format!("{fault}\n\n{kind}, seed {seed}; for the list of odd inputs:\n\n    ({args:?}, {block:?}),\n")
}
