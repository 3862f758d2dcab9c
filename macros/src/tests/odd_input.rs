//! Inputs that have been, or could be, too much for the macro.

use super::fuzz::Input;
use super::oracle;
use super::tree::read;
use crate::kind::Kind;

/// The attribute's arguments and the block; `none!{ … }` is a group without visible delimiters.
const FOUND: &[(&str, &str)] = &[
    // Replaced `Self` by itself until the stack was full.
    ("", "impl X<Self::A> { #[init] fn new() -> Self {} #[call] fn a(&self) -> Self::A {} }"),
    ("", "impl X<[u8; Self::A]> { #[init] fn new() -> Self {} #[call] fn a(&self) -> [u8; Self::A] {} }"),
    // Became the name of a function.
    ("spec = self", "impl X { #[init] fn new() -> Self {} }"),
    ("start = crate", "impl X { #[init] fn new() -> Self {} }"),
    // What syn reads is not always what it prints.
    ("", "impl X { fn done(Vec<u8>) {} }"),
    ("", "impl X { fn done(x: for<'a> m!()) {} }"),
    ("", "impl<T, 'a> X<T, 'a> where T: { fn done<T, 'a>() {} }"),
    // Half a method ate the next one, and a list was taken for a body.
    (
        "",
        "impl X { #[init] fn new() -> Self {} #[call] fn a(&self) -> fn() #[call] fn b(&self) [] fn c(); fn d() }",
    ),
    // A type that syn reads and cannot read again when it has printed it.
    ("", "impl X { #[init] fn done(x: none!{ self }<>) {} }"),
    // Attributes of ours at places of their own.
    ("", "impl X { fn done() # [call] () {} }"),
    ("", "impl X { fn # # [cast] [info] {} }"),
    ("", "impl X { fn done none!{ (#[into] x: u8) } {} }"),
    // The path of the crate, which attributes may have as well, and where there are none.
    ("crate = none ! { :: callcast }", "impl Counter { fn (# [callcast :: call]) }"),
    (
        "crate = ::actors",
        "impl X { #[actors::init] fn new() -> Self { # [actors::call] } #[actors::call fn a() {} # }",
    ),
    // Left out of the impl of a trait, where it has no place.
    ("", "impl S for X { type T = u8; #[init] fn a() -> Self { :: } #[call] fn b(&self, r: u8) {} }"),
    (
        "",
        "impl S for X { type T = u8; const N: u8 = 1; fn a(&self, r: ReplyTo) {} async fn b<'a, K, const M: usize>(&self, k: K) {} }",
    ),
    // Handlers of a protocol, which are taken as they are written.
    (
        "crate = $crate::x",
        "impl a::S<T> for X<T> { async fn a(&self, (): (), (a, b): (u8, u8), r#type: impl Into<String>) -> impl Sized {} }",
    ),
    (
        "",
        "impl S for X { fn a(&self, ctx: &mut Context<Self>, a: &str, a: &dyn A, b: Self::T) -> &str {} #[cfg(x)] fn a(&self) {} }",
    ),
    (
        "",
        "impl<T: ?Sized, const N: usize, U = [T; N]> r#S<{ N }, dyn A> for r#X<T, U> where Self: A { fn r#fn<'a, K>(self: &'a mut Self, out: ReplyStream) {} }",
    ),
    (
        "",
        "impl S for X { const N: u8 = 1; type T = u8; m!(); async unsafe extern fn a(self: Box<Self>, x: none!{ u8 }, ...) -> ! {} }",
    ),
    ("", "impl none!{ S } for none!{ X } { fn a(&self, reply: none!{ ReplyTo<u8> }) none!{ {} } }"),
];

const ARGS: [&str; 5] =
    ["", "mailbox", "derive(,)", "timeout = \"\"", "start = 1, crate = self, spec = X<T>"];

const BLOCKS: [&str; 23] = [
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
    "impl X { #[format_status] #[init] async unsafe fn new<'a, T>(self, a: &'a str, c: Context<Self>, ...) -> str where T: A {} }",
    "impl X { #[down] fn d(&self, a: Down, b: Down) {} #[exit] fn e(&self) {} #[call] fn r(&self, r: ReplyTo) -> u8 {} }",
    "impl<T: ?Sized, const N: usize> [T; N] { #[init] fn new() -> Self {} }",
    "impl<'a, T> m::X<'a, T> where Self: 'a { #[init] fn new() -> Self {} }",
    "unsafe impl<T> !Send for X<T> {}",
    "trait",
    "trait X",
    "trait X {}",
    "pub(crate) unsafe auto trait X<'a>: Clone + { fn a(); fn b() fn c(&self) -> Self { } const N: u8; }",
    "trait S<S, E: Into<S>> where Self: Sized, S: ?Sized { #[call] fn a(&self, s: S, e: E) -> Self::A; #[cast] #[call] fn a(&self); }",
    "trait X<T = Self, const N: usize = 1>: { type A; #[init] fn a<T>(x: impl A) -> impl B where T: C; #[call] fn __(&self, (a, b): C,); m!(); }",
    "pub(crate) const unsafe extern \"C\" fn f(...) {}",
];

#[test]
fn odd_input_makes_no_panic() {
    let all = BLOCKS.iter().flat_map(|block| ARGS.iter().map(move |args| (*args, *block)));
    for (args, block) in all.chain(FOUND.iter().copied()) {
        for kind in [Kind::Agent, Kind::Server, Kind::Protocol] {
            let (Some(args), Some(block)) = (read(args), read(block)) else { continue };
            oracle::check(&Input { kind, args, block }).unwrap();
        }
    }
}
