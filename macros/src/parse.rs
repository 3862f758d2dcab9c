//! Syntax: an impl block whose function bodies stay unparsed.
//!
//! A half-typed body (`self.`) is no valid `syn::Block`. If it were parsed here, the macro could write nothing, and
//! every use of the client elsewhere would be an error too.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::discouraged::Speculative as _;
use syn::parse::{Parse, ParseStream};
use syn::{
    Abi, Attribute, Error, FnArg, Generics, Ident, ImplItem, Path, Result, Signature, Token, Type,
    Visibility, braced,
};

/// The attributes that make a method a handler.
pub(crate) const HANDLER_ATTRIBUTES: [&str; 10] =
    ["init", "after_init", "call", "cast", "info", "every", "idle", "down", "exit", "terminate"];

/// The attribute that makes a client method convert an argument.
const INTO: &str = "into";

pub(crate) struct ServerImpl {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) impl_token: Token![impl],
    pub(crate) generics: Generics,
    pub(crate) implemented: Option<(Path, Token![for])>,
    pub(crate) self_ty: Type,
    pub(crate) items: Vec<Item>,
}

pub(crate) enum Item {
    Fn(Box<Function>),
    /// A function with a half-typed signature: left as it is, so that the others keep their client.
    Broken(TokenStream, Error),
    Other(Box<ImplItem>),
}

pub(crate) struct Function {
    /// The attributes that are not ours.
    pub(crate) attrs: Vec<Attribute>,
    /// Our attributes: one, if the user made no mistake.
    pub(crate) handler_attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: Group,
}

impl ServerImpl {
    pub(crate) fn functions(&self) -> impl Iterator<Item = &Function> {
        self.items.iter().filter_map(|item| match item {
            Item::Fn(function) => Some(&**function),
            Item::Broken(..) | Item::Other(_) => None,
        })
    }

    /// What could not be parsed.
    pub(crate) fn syntax_errors(&self) -> impl Iterator<Item = &Error> {
        self.items.iter().filter_map(|item| match item {
            Item::Broken(_, error) => Some(error),
            Item::Fn(_) | Item::Other(_) => None,
        })
    }
}

impl Parse for ServerImpl {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let impl_token = input.parse()?;
        let mut generics: Generics = input.parse()?;
        let (implemented, self_ty) = parse_subject(input)?;
        generics.where_clause = input.parse()?;
        let content;
        braced!(content in input);
        let mut items = Vec::new();
        while !content.is_empty() {
            items.push(content.parse()?);
        }
        Ok(Self { attrs, impl_token, generics, implemented, self_ty, items })
    }
}

/// Parses `Counter`, or `Clone for Counter`.
fn parse_subject(input: ParseStream<'_>) -> Result<(Option<(Path, Token![for])>, Type)> {
    let ahead = input.fork();
    if let (Ok(_), true) = (ahead.parse::<Path>(), ahead.peek(Token![for])) {
        return Ok((Some((input.parse()?, input.parse()?)), input.parse()?));
    }
    Ok((None, input.parse()?))
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if !starts_function(&input.fork())? {
            return input.parse().map(|item| Self::Other(Box::new(item)));
        }
        let ahead = input.fork();
        match ahead.parse() {
            Ok(function) => {
                input.advance_to(&ahead);
                Ok(Self::Fn(Box::new(function)))
            }
            Err(error) => Ok(Self::Broken(without_handler_attributes(parse_to_body(input)?), error)),
        }
    }
}

/// Takes whatever there is up to the body and with it.
fn parse_to_body(input: ParseStream<'_>) -> Result<TokenStream> {
    let mut tokens = Vec::new();
    while !matches!(tokens.last(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace) {
        tokens.push(input.parse::<TokenTree>()?);
    }
    Ok(tokens.into_iter().collect())
}

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
        let (handler_attrs, attrs) =
            input.call(Attribute::parse_outer)?.into_iter().partition(is_handler_attribute);
        Ok(Self {
            attrs,
            handler_attrs,
            vis: input.parse()?,
            sig: input.parse()?,
            body: input.call(parse_body)?,
        })
    }
}

/// Takes `{ … }`, also where a `macro_rules!` has put invisible parentheses round it as its `$block`.
fn parse_body(input: ParseStream<'_>) -> Result<Group> {
    match input.parse()? {
        TokenTree::Group(body) => Ok(body),
        other => Err(Error::new_spanned(other, "expected the body of a function")),
    }
}

fn is_handler_attribute(attr: &Attribute) -> bool {
    own_name(attr).is_some_and(|name| HANDLER_ATTRIBUTES.iter().any(|known| name == known))
}

pub(crate) fn is_into_attribute(attr: &Attribute) -> bool {
    own_name(attr).is_some_and(|name| name == INTO)
}

/// The `call` of `#[call]` and of `#[callcast::call]`; nothing of another crate's `#[other::call]`.
fn own_name(attr: &Attribute) -> Option<&Ident> {
    let path = attr.path();
    let last = path.segments.last()?;
    let is_ours = match path.segments.len() {
        1 => true,
        _ => path.segments.first()?.ident == "callcast",
    };
    (is_ours && last.arguments.is_none()).then_some(&last.ident)
}

/// Does for a block that cannot be parsed what printing does for one that can.
///
/// Otherwise each handler attribute would say that it is misplaced, besides the error that there is.
pub(crate) fn without_handler_attributes(block: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = Vec::new();
    for token in block {
        match token {
            TokenTree::Group(group) if is_handler_attribute_group(&group) && ends_with_pound(&tokens) => {
                tokens.pop();
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let mut inner = Group::new(Delimiter::Brace, without_handler_attributes(group.stream()));
                inner.set_span(group.span());
                tokens.push(inner.into());
            }
            token => tokens.push(token),
        }
    }
    tokens.into_iter().collect()
}

fn ends_with_pound(tokens: &[TokenTree]) -> bool {
    matches!(tokens.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == '#')
}

fn is_handler_attribute_group(group: &Group) -> bool {
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Bracket
        && matches!(first, Some(TokenTree::Ident(name)) if HANDLER_ATTRIBUTES.iter().any(|known| name == known))
}

/// The block as written, minus our attributes.
impl ToTokens for ServerImpl {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attrs, impl_token, generics, implemented, self_ty, items } = self;
        let where_clause = &generics.where_clause;
        let implemented = implemented.as_ref().map(|(path, for_token)| quote!(#path #for_token));
        tokens.extend(quote! {
            #(#attrs)*
            #impl_token #generics #implemented #self_ty #where_clause { #(#items)* }
        });
    }
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Fn(function) => function.to_tokens(tokens),
            Self::Broken(function, _) => function.to_tokens(tokens),
            Self::Other(item) => item.to_tokens(tokens),
        }
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attrs, handler_attrs: _, vis, sig, body } = self;
        let mut sig = sig.clone();
        for input in &mut sig.inputs {
            if let FnArg::Typed(input) = input {
                input.attrs.retain(|attr| !is_into_attribute(attr));
            }
        }
        tokens.extend(quote!(#(#attrs)* #vis #sig #body));
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
            "impl S { #[call] #[inline] fn a(&self, #[into] #[allow(unused)] x: u8) {} #[other::call] fn b() {} }",
        );
        assert_eq!(printed(&block), "implS{#[inline]fna(&self,#[allow(unused)]x:u8){}#[other::call]fnb(){}}");
        assert_eq!(
            block.functions().map(|function| function.handler_attrs.len()).collect::<Vec<_>>(),
            [1, 0]
        );
    }

    #[test]
    fn our_attributes_may_be_named_by_path() {
        assert_eq!(printed(&parse("impl S { #[callcast::call] fn a(&self) {} }")), "implS{fna(&self){}}");
    }

    #[test]
    fn a_half_typed_body_is_a_body() {
        let block = parse("impl S { #[call] fn a(&self) -> u8 { self. } }");
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
