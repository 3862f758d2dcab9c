//! What blocks are made of: the parts of those of the snapshots, and of one with whatever they do not have.

use std::slice;

use proc_macro2::Delimiter;

use super::phrases::{OPTIONS, PHRASES};
use crate::kind::Kind;
use crate::tests::snapshots;
use crate::tests::tree::{Tree, code, read};

/// What stands in an impl block where somebody wants to know what happens then.
const STRANGE: &str = r#"
    #[cfg_attr(feature = "x", cfg(unix), allow(dead_code))]
    impl<'a: 'static, T: ?Sized + Into<Box<dyn for<'b> Fn(&'b T) -> &'b [u8; 3]>>, const N: usize = { 3 }> r#mod::Strange<T, { N + 1 }, 'a>
    where
        Self: Sized,
        [(); N]: Default,
    {
        const N: usize = 1;
        type Item = u8;
        #[init] #[must_use = "x"] pub(in crate::a) fn new(#[into] r#type: Box<Self>, mut self_: Self::Item) -> Result<Option<Self>, E<'static>> {}
        #[call(timeout = "1m 30s", always, fallible)] extern "C" fn a(self: &mut Self, reply: [Self; Self::N], ctx: fn(&str) -> &str) -> io::Result<()> {}
        #[call(plain)] async fn __(&self, _x: *const T, message: (Self, <Self as A>::B), state: !) -> impl Future<Output = u8> {}
        #[callcast::call] #[inline] unsafe fn getA(self: Box<Self>, ref x: &dyn Read, Point { x, .. }: Point, ...) -> &(dyn A + '_) where T: Copy {}
        #[call] fn next<K>(&mut self, reply: callcast::ReplyTo<Result<T, K>>, out: ReplyStream<u8>, ctx: &mut Context<Self>) {}
        #[deprecated] #[cast] fn straße(&'a mut self, #[cfg(unix)] x: impl Into<String> + Clone, y: Option<&'a str>) -> Result<(), E> {}
        #[info] #[expect(x)] fn done(&mut self, r#fn: m!(), ctx: &Context<Self>) -> u8 {}
        #[every(Duration::from_secs(3), now)] #[cfg(any())] fn tick(&self) {}
        #[every("1h, now")] async fn tock(&mut self) -> R {}
        #[idle("5µs")] fn quiet(&mut self) {}
        #[idle(period())] #[cfg(test)] fn calm(&mut self) {}
        #[down] fn lost(&self, a: Down) {}
        #[exit] async fn ended(&mut self, a: Exit, b: Exit) {}
        #[after_init] fn begin(&mut self, ctx: &mut Context<Self>) {}
        #[terminate] async fn end(&mut self, r: &ExitReason, l: Vec<StrangeCast>) {}
        #[format_status] #[cfg(unix)] fn shown<'b>(&'b self) -> impl Display + use<'b, T, N> {}
        #[call] #[cast] fn both(&self) -> ! {}
        #[other::call] fn start(self) { self. }
        m! { #[call] fn x() {} }
    }
"#;

/// And in a trait.
const STRANGE_TRAIT: &str = r#"
    #[cfg_attr(feature = "x", cfg(unix), deprecated)]
    pub(in crate::a) unsafe trait Strange<S: ?Sized + Into<Box<dyn for<'b> Fn(&'b S) -> &'b [u8; 3]>>, E = Vec<Self>, const N: usize = { 3 }>:
        for<'c> Read<'c> + Debug
    where
        Self: 'static,
        [(); N]: Default,
    {
        const LEN: usize = 1;
        type Item<'d>: Iterator<Item = u8> where Self: 'd;
        #[call(timeout = "1m 30s", always, fallible)] fn a(self: &mut Self, reply: [E; N], args: fn(&str) -> &str) -> io::Result<()>;
        #[call(plain)] async fn __(&self, _x: *const E, mut handler: (S, <S as A>::B), state: !) -> impl Future<Output = u8>;
        #[call] fn getA<'e>(&'e self, ref x: &dyn Read, Point { x, .. }: Point, _: u8) -> Option<&'e (dyn A + '_)> where Self: Sized;
        #[call] fn next(&mut self, reply: callcast::ReplyTo<Result<E, S>>, out: &ReplyStream<u8>, ctx: Option<&mut Context<Self>>) -> Box<Self> {}
        #[cfg(x)] #[cast] fn told(&self, to: ReplyTo<Self>, #[into] r#type: E) -> Result<(), S>;
        #[deprecated] #[cfg(not(x))] #[cast] fn told(&self) {}
        fn helper<T>(&self, t: impl Into<T>) -> Self {}
        fn neither(self);
        m!();
    }
"#;

/// Read once for each thread: tokens cannot be shared.
pub(super) struct Corpus {
    /// The attribute's arguments, and what stands before the braces.
    pub(super) heads: Vec<(Vec<Tree>, Vec<Tree>)>,
    /// The same of traits.
    pub(super) trait_heads: Vec<(Vec<Tree>, Vec<Tree>)>,
    /// The methods with `#[init]`, without which hardly anything is written.
    pub(super) inits: Vec<Vec<Tree>>,
    /// All other items of the blocks.
    pub(super) items: Vec<Vec<Tree>>,
    /// Those of traits.
    pub(super) trait_items: Vec<Vec<Tree>>,
    pub(super) options: Vec<Vec<Tree>>,
    pub(super) phrases: Vec<Vec<Tree>>,
}

impl Corpus {
    pub(super) fn new() -> Self {
        let (options, phrases) = (all(OPTIONS), all(PHRASES));
        let mut corpus = Self {
            heads: Vec::new(),
            trait_heads: Vec::new(),
            inits: Vec::new(),
            items: Vec::new(),
            trait_items: Vec::new(),
            options,
            phrases,
        };
        let options = r#"derive(Debug, Clone), mailbox = 256, overflow = "wait", inline = true"#;
        corpus.add(Kind::Server, options, STRANGE);
        corpus.add(Kind::Protocol, r#"derive(Debug, Clone), timeout = "1s""#, STRANGE_TRAIT);
        for source in snapshots::sources() {
            let (kind, args, block) = snapshots::taken_apart(&source);
            corpus.add(kind, args, block);
        }
        corpus
    }

    fn add(&mut self, kind: Kind, args: &str, block: &str) {
        let mut head = read(block).unwrap();
        let items = head.pop().unwrap().take_inside();
        if kind == Kind::Protocol {
            self.trait_heads.push((read(args).unwrap(), head));
            self.trait_items.extend(items.split_inclusive(ends_item).map(<[Tree]>::to_vec));
            return;
        }
        self.heads.push((read(args).unwrap(), head));
        for item in items.split_inclusive(ends_item) {
            let is_init = code(item).contains("[init]");
            if is_init { &mut self.inits } else { &mut self.items }.push(item.to_vec());
        }
    }
}

/// Whether it is a body or a semicolon.
fn ends_item(tree: &Tree) -> bool {
    matches!(tree, Tree::Group(Delimiter::Brace, _)) || code(slice::from_ref(tree)) == ";"
}

fn all(phrases: &[&str]) -> Vec<Vec<Tree>> {
    phrases.iter().map(|phrase| read(phrase).unwrap_or_else(|| panic!("{phrase}"))).collect()
}
