//! Syntax: an impl block whose function bodies stay unparsed.
//!
//! A half-typed body (`self.`) is no valid `syn::Block`. If it were parsed here, the macro could write nothing, and
//! every use of the client elsewhere would be an error too.

pub(crate) mod protocol;
pub(crate) mod renamed;

use std::{iter, mem, ptr};

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::discouraged::Speculative as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{
    Abi, Attribute, Error, Generics, Ident, ImplItem, Path, Result, Signature, Token, Type, Visibility,
    braced,
};

/// The attributes that make a method a handler.
pub(crate) const HANDLER_ATTRIBUTES: [&str; 11] = [
    "init",
    "after_init",
    "call",
    "cast",
    "info",
    "every",
    "idle",
    "down",
    "exit",
    "terminate",
    "format_status",
];

/// The attributes that go on a block, or on a trait.
const BLOCK_ATTRIBUTES: [&str; 3] = ["agent", "server", "protocol"];

/// The attribute that makes a client method convert an argument.
const INTO: &str = "into";

pub(crate) struct ServerImpl {
    /// All that stands before the braces.
    header: TokenStream,
    /// Those above the block, and those at its beginning, `#![…]`.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) generics: Generics,
    pub(crate) implemented: Option<Implemented>,
    pub(crate) self_ty: Type,
    pub(crate) items: Vec<Item>,
}

/// The `Store for` of `impl Store for Memory`.
pub(crate) struct Implemented {
    pub(crate) path: Path,
    /// The block's header without it.
    inherent: TokenStream,
    braces: Span,
}

pub(crate) enum Item {
    Fn(Box<Function>),
    /// A half-typed function: left as it is, so that the others keep their client.
    Broken(TokenStream, Error),
    /// `type Key = String;`, which only the impl of a trait may have.
    Type(TokenStream),
    Other(TokenStream),
}

pub(crate) struct Function {
    /// The attributes that are not ours.
    pub(crate) attrs: Vec<Attribute>,
    /// Our attributes: one, if the user made no mistake.
    pub(crate) handler_attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// Whether it is more than a signature, which is all that a trait asks for.
    pub(crate) has_body: bool,
    /// All of it as written, minus our attributes.
    written: TokenStream,
}

impl ServerImpl {
    pub(crate) fn functions(&self) -> impl Iterator<Item = &Function> {
        self.items.iter().filter_map(|item| match item {
            Item::Fn(function) => Some(&**function),
            Item::Broken(..) | Item::Type(_) | Item::Other(_) => None,
        })
    }

    /// The block as written, minus our attributes, and minus some methods.
    pub(crate) fn without(&self, methods: &[&Function]) -> TokenStream {
        self.with_header(&self.header, |item| !item.is_one_of(methods))
    }

    /// The same, with the methods for their own sake: no trait is implemented.
    pub(crate) fn inherent(&self, methods: &[&Function]) -> TokenStream {
        let header = self.implemented.as_ref().map_or(&self.header, |implemented| &implemented.inherent);
        self.with_header(header, |item| !item.is_one_of(methods) && !matches!(item, Item::Type(_)))
    }

    fn with_header(&self, header: &TokenStream, stays: impl Fn(&Item) -> bool) -> TokenStream {
        let items = self.items.iter().filter(|item| stays(item));
        let mut body = Group::new(Delimiter::Brace, quote!(#(#items)*));
        // What the trait has and the block has not, rustc says at the block as a whole.
        body.set_span(
            self.implemented.as_ref().map_or_else(Span::call_site, |implemented| implemented.braces),
        );
        quote!(#header #body)
    }

    /// What could not be parsed.
    pub(crate) fn syntax_errors(&self) -> impl Iterator<Item = &Error> {
        self.items.iter().filter_map(|item| match item {
            Item::Broken(_, error) => Some(error),
            Item::Fn(_) | Item::Type(_) | Item::Other(_) => None,
        })
    }
}

impl Item {
    fn is_one_of(&self, methods: &[&Function]) -> bool {
        matches!(self, Self::Fn(function) if methods.iter().any(|method| ptr::eq(*method, &raw const **function)))
    }
}

impl Parse for ServerImpl {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let start = input.fork();
        let mut attrs = input.call(Attribute::parse_outer)?;
        input.parse::<Token![impl]>()?;
        let mut generics: Generics = input.parse()?;
        let before = tokens_between(&start.fork(), input)?;
        let implemented = input.call(parse_implemented)?;
        let subject = input.fork();
        let self_ty = input.parse()?;
        generics.where_clause = input.parse()?;
        let header = tokens_between(&start, input)?;
        let after = tokens_between(&subject, input)?;
        let content;
        let braces = braced!(content in input).span.join();
        let implemented = implemented.map(|path| Implemented {
            path,
            inherent: TokenStream::from_iter([before, after]),
            braces,
        });
        let mut items = Vec::new();
        let inside = content.fork();
        attrs.extend(content.call(Attribute::parse_inner)?);
        items.push(Item::Other(tokens_between(&inside, &content)?));
        while !content.is_empty() {
            items.push(content.parse()?);
        }
        Ok(Self { header, attrs, generics, implemented, self_ty, items })
    }
}

/// Takes the `Store for` of `Store for Memory`.
fn parse_implemented(input: ParseStream<'_>) -> Result<Option<Path>> {
    let ahead = input.fork();
    if ahead.parse::<Path>().is_err() || !ahead.peek(Token![for]) {
        return Ok(None);
    }
    let path = input.parse()?;
    input.parse::<Token![for]>()?;
    Ok(Some(path))
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if !starts_function(&input.fork())? {
            let start = input.fork();
            let item = input.parse()?;
            let written = tokens_between(&start, input)?;
            return Ok(if let ImplItem::Type(_) = item { Self::Type(written) } else { Self::Other(written) });
        }
        let ahead = input.fork();
        match ahead.parse() {
            Ok(function) => {
                input.advance_to(&ahead);
                Ok(Self::Fn(Box::new(function)))
            }
            Err(error) => Ok(Self::Broken(without_handler_attributes(parse_to_end(input)?), error)),
        }
    }
}

/// Takes a function that cannot be read: up to its body and with it, or up to the next function.
fn parse_to_end(input: ParseStream<'_>) -> Result<TokenStream> {
    let start = input.fork();
    starts_function(input)?;
    input.parse::<Token![fn]>()?;
    let is_end = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    };
    while !input.is_empty() && !starts_named_function(input) && !is_end(&input.parse()?) {}
    tokens_between(&start, input)
}

/// Whether a method begins here, and not the type `fn(u8)`.
fn starts_named_function(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    starts_function(&ahead).is_ok_and(|starts| starts && ahead.peek2(Ident))
}

/// Whether a function begins here; takes what stands before its `fn`.
fn starts_function(input: ParseStream<'_>) -> Result<bool> {
    input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    input.parse::<Option<Token![const]>>()?;
    input.parse::<Option<Token![async]>>()?;
    input.parse::<Option<Token![unsafe]>>()?;
    input.parse::<Option<Abi>>()?;
    Ok(input.peek(Token![fn]))
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        Self::parse_with(input, parse_body)
    }
}

impl Function {
    fn parse_with(input: ParseStream<'_>, body: fn(ParseStream<'_>) -> Result<TokenTree>) -> Result<Self> {
        let (handler_attrs, attrs): (_, Vec<_>) =
            input.call(Attribute::parse_outer)?.into_iter().partition(is_handler_attribute);
        let start = input.fork();
        let (vis, sig) = (input.parse()?, input.parse()?);
        let head = without_into_attributes(tokens_between(&start, input)?);
        let body = input.call(body)?;
        let has_body = matches!(body, TokenTree::Group(_));
        Ok(Self { written: quote!(#(#attrs)* #head #body), attrs, handler_attrs, vis, sig, has_body })
    }
}

/// What has been read since `start`.
///
/// syn does not print all that it reads as it was: lifetimes are moved to the front, `fn f(Vec<u8>)` gets a pattern.
fn tokens_between(start: ParseStream<'_>, end: ParseStream<'_>) -> Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while start.cursor() != end.cursor() {
        tokens.extend([start.parse::<TokenTree>()?]);
    }
    Ok(tokens)
}

/// Takes `{ … }`, also where a `macro_rules!` has put invisible parentheses round it as its `$block`.
fn parse_body(input: ParseStream<'_>) -> Result<TokenTree> {
    match input.parse()? {
        TokenTree::Group(body) if matches!(body.delimiter(), Delimiter::Brace | Delimiter::None) => {
            Ok(body.into())
        }
        other => Err(Error::new_spanned(other, "expected the body of a function")),
    }
}

fn is_handler_attribute(attr: &Attribute) -> bool {
    own_name(attr.path()).is_some_and(makes_a_handler)
}

fn makes_a_handler(name: &Ident) -> bool {
    HANDLER_ATTRIBUTES.iter().any(|known| name == known)
}

/// Whether it makes an agent or a server of the block that it is on.
pub(crate) fn is_block_attribute(attr: &Attribute) -> bool {
    own_name(attr.path()).is_some_and(|name| BLOCK_ATTRIBUTES.iter().any(|known| name == known))
}

pub(crate) fn is_into_attribute(attr: &Attribute) -> bool {
    own_name(attr.path()).is_some_and(|name| name == INTO)
}

/// The `call` of `#[call]` and of `#[callcast::call]`; nothing of another crate's `#[other::call]` or `#[::call]`.
fn own_name(path: &Path) -> Option<&Ident> {
    let last = path.segments.last()?;
    let is_ours = match path.segments.len() {
        1 => path.leading_colon.is_none(),
        _ => path.segments.first()?.ident == "callcast",
    };
    (is_ours && last.arguments.is_none()).then_some(&last.ident)
}

/// Does for a block that cannot be parsed what printing does for one that can.
///
/// Otherwise each handler attribute would say that it is misplaced, besides the error that there is.
pub(crate) fn without_handler_attributes(block: TokenStream) -> TokenStream {
    without_attributes(block, Delimiter::Brace, makes_a_handler)
}

/// Takes `#[into]` off the parameters.
fn without_into_attributes(head: TokenStream) -> TokenStream {
    without_attributes(head, Delimiter::Parenthesis, |name| name == INTO)
}

/// Takes away the attributes that `are_ours`, also inside such delimiters.
fn without_attributes(tokens: TokenStream, inside: Delimiter, are_ours: fn(&Ident) -> bool) -> TokenStream {
    let is_ours = |attribute: &Group| {
        path_and_rest(attribute).is_some_and(|(path, _)| own_name(&path).is_some_and(are_ours))
    };
    with_attributes(tokens, &iter::repeat(inside), &|attribute| (!is_ours(&attribute)).then_some(attribute))
}

/// Puts something else in the place of each attribute's brackets, or takes the attribute away.
///
/// Goes into delimiters level by level, and into invisible ones at each.
fn with_attributes(
    tokens: TokenStream,
    levels: &(impl Iterator<Item = Delimiter> + Clone),
    becomes: &impl Fn(Group) -> Option<Group>,
) -> TokenStream {
    let mut written: Vec<TokenTree> = Vec::new();
    let mut is_after_pound = false;
    for token in tokens {
        let is_pound = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '#');
        let is_attribute = mem::replace(&mut is_after_pound, is_pound);
        let TokenTree::Group(group) = token else {
            written.push(token);
            continue;
        };
        let mut deeper = levels.clone();
        let group = match group.delimiter() {
            Delimiter::Bracket if is_attribute => becomes(group),
            Delimiter::None => Some(filled(&group, with_attributes(group.stream(), levels, becomes))),
            delimiter if deeper.next() == Some(delimiter) => {
                Some(filled(&group, with_attributes(group.stream(), &deeper, becomes)))
            }
            _ => Some(group),
        };
        match group {
            Some(group) => written.push(group.into()),
            // With its `#`.
            None => drop(written.pop()),
        }
    }
    written.into_iter().collect()
}

/// The same delimiters, with something else between them.
fn filled(group: &Group, inside: TokenStream) -> Group {
    let mut filled = Group::new(group.delimiter(), inside);
    filled.set_span(group.span());
    filled
}

/// The `call` and the `(always)` of `[call(always)]`.
fn path_and_rest(attribute: &Group) -> Option<(Path, TokenStream)> {
    let parts = |input: ParseStream<'_>| Ok((input.call(Path::parse_mod_style)?, input.parse()?));
    parts.parse2(attribute.stream()).ok()
}

/// The block as written, minus our attributes.
impl ToTokens for ServerImpl {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.without(&[]));
    }
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Fn(function) => function.written.to_tokens(tokens),
            Self::Broken(written, _) | Self::Type(written) | Self::Other(written) => {
                written.to_tokens(tokens);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(block: &str) -> ServerImpl {
        syn::parse_str(block).unwrap()
    }

    fn printed(block: &ServerImpl) -> String {
        block.to_token_stream().to_string().replace(' ', "")
    }

    #[test]
    fn our_attributes_are_taken_off_and_others_stay() {
        let block = parse(
            "impl S { #[call] #[inline] fn a(&self, #[into] #[allow(unused)] x: u8) {} #[other::call] #[::call] fn b() {} }",
        );
        assert_eq!(
            printed(&block),
            "implS{#[inline]fna(&self,#[allow(unused)]x:u8){}#[other::call]#[::call]fnb(){}}"
        );
        assert_eq!(
            block.functions().map(|function| function.handler_attrs.len()).collect::<Vec<_>>(),
            [1, 0]
        );
    }

    #[test]
    fn our_attributes_may_be_named_by_path() {
        let block = parse("impl S { #[callcast::call] fn a(&self) {} #[::callcast::call] fn b(&self) {} }");
        assert_eq!(printed(&block), "implS{fna(&self){}fnb(&self){}}");
    }

    #[test]
    fn a_half_typed_body_is_a_body() {
        let block = parse("impl S { #[call] fn a(&self) -> u8 { self. } }");
        assert_eq!(block.functions().count(), 1);
    }

    #[track_caller]
    fn check_half_typed(method: &str) {
        let block =
            parse(&format!("impl S {{ #[call] {method} #[call] pub fn b(&self) {{}} const C: u8 = 1; }}"));
        assert_eq!(block.syntax_errors().count(), 1);
        assert_eq!(
            block.functions().map(|function| function.sig.ident.to_string()).collect::<Vec<_>>(),
            ["b"]
        );
        let method = method.replace(' ', "");
        assert_eq!(printed(&block), format!("implS{{{method}pubfnb(&self){{}}constC:u8=1;}}"));
    }

    #[test]
    fn a_method_without_a_body_stays_alone() {
        check_half_typed("fn a(&self);");
        check_half_typed("fn a(&self)");
        check_half_typed("pub async fn a(&self) -> T");
        check_half_typed("fn a(&self) -> fn(u8) -> unsafe extern \"C\" fn()");
        check_half_typed("fn a(&self) []");
    }

    #[test]
    fn a_method_without_a_body_ends_with_its_semicolon() {
        let block = parse("impl S { #[call] fn a(&self); m! { #[call] } }");
        assert_eq!(printed(&block), "implS{fna(&self);m!{#[call]}}");
    }

    #[test]
    fn a_method_without_a_body_may_be_the_last() {
        let block = parse("impl S { #[call] fn a(&self) {} #[call] fn b(&self) -> T }");
        assert_eq!((block.syntax_errors().count(), block.functions().count()), (1, 1));
    }

    #[test]
    fn a_body_may_stand_in_invisible_parentheses() {
        let body = Group::new(Delimiter::None, quote!({ 1 }));
        let block: ServerImpl = syn::parse2(quote!(impl S { fn a() #body })).unwrap();
        assert_eq!(block.functions().count(), 1);
    }

    #[test]
    fn a_half_typed_signature_stays_alone() {
        let block = parse("impl S { #[call] fn a(&self, to: ) {} #[call] fn b(&self) {} const C: u8 = 1; }");
        assert_eq!(block.syntax_errors().count(), 1);
        assert_eq!(block.functions().count(), 1);
        assert_eq!(printed(&block), "implS{fna(&self,to:){}fnb(&self){}constC:u8=1;}");
    }

    #[test]
    fn attributes_inside_of_the_block_stay_there() {
        let block = parse("#[a] impl S { #![allow(x)] #![b] #[call] fn a(&self) {} }");
        assert_eq!(printed(&block), "#[a]implS{#![allow(x)]#![b]fna(&self){}}");
        let names: Vec<_> =
            block.attrs.iter().map(|attr| attr.path().to_token_stream().to_string()).collect();
        assert_eq!(names, ["a", "allow", "b"]);
    }

    #[test]
    fn the_impl_of_a_trait_is_recognized() {
        assert!(parse("impl<T> Clone for S<T> {}").implemented.is_some());
        assert!(parse("impl<T> m::S<T> where T: Copy {}").implemented.is_none());
    }

    #[test]
    fn a_block_that_cannot_be_parsed_loses_our_attributes_too() {
        let tokens = "impl S { #[call(always)] #[inline] fn a(&self) }".parse().unwrap();
        let printed = without_handler_attributes(tokens).to_string().replace(' ', "");
        assert_eq!(printed, "implS{#[inline]fna(&self)}");
    }
}
