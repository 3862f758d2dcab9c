//! Syntax: a trait, read as the block of methods that it is.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::discouraged::Speculative as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Generics, Ident, Result, Token, TraitItem, Type, TypeParamBound, Visibility, braced, token,
};

use super::{
    Function, Item, ServerImpl, parse_body, parse_to_end, starts_function, tokens_between,
    without_handler_attributes,
};
use crate::names;

pub(crate) struct ProtocolTrait {
    /// What it would be as an impl block: one of `StoreProtocol`.
    pub(crate) block: ServerImpl,
    pub(crate) vis: Visibility,
    pub(crate) unsafety: Option<Token![unsafe]>,
    pub(crate) autoness: Option<Token![auto]>,
    pub(crate) ident: Ident,
    pub(crate) supertraits: Punctuated<TypeParamBound, Token![+]>,
    /// Constants and types, which no `dyn Store` could have: they are not handed back.
    pub(crate) associated: Vec<TraitItem>,
}

impl Parse for ProtocolTrait {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let start = input.fork();
        let attrs = input.call(Attribute::parse_outer)?;
        let (vis, unsafety, autoness) = (input.parse()?, input.parse()?, input.parse()?);
        input.parse::<Token![trait]>()?;
        let ident: Ident = input.parse()?;
        let mut generics: Generics = input.parse()?;
        let supertraits = input.call(parse_supertraits)?;
        generics.where_clause = input.parse()?;
        let header = tokens_between(&start, input)?;
        let self_ty = protocol(&ident, &generics)?;
        let block = ServerImpl { header, attrs, generics, implemented: None, self_ty, items: Vec::new() };
        let mut written = Self { block, vis, unsafety, autoness, ident, supertraits, associated: Vec::new() };
        let content;
        braced!(content in input);
        written.parse_items(&content)?;
        Ok(written)
    }
}

/// `CacheProtocol<K, V>`
fn protocol(ident: &Ident, generics: &Generics) -> Result<Type> {
    let (protocol, (_, arguments, _)) = (names::protocol(ident), generics.split_for_impl());
    syn::parse2(quote!(#protocol #arguments))
}

/// Takes the `: Send + Sync` of `trait Store: Send + Sync`.
fn parse_supertraits(input: ParseStream<'_>) -> Result<Punctuated<TypeParamBound, Token![+]>> {
    let mut supertraits = Punctuated::new();
    if input.parse::<Option<Token![:]>>()?.is_none() {
        return Ok(supertraits);
    }
    while !input.is_empty() && !input.peek(Token![where]) && !input.peek(token::Brace) {
        supertraits.push_value(input.parse()?);
        match input.parse()? {
            Some(plus) => supertraits.push_punct(plus),
            None => break,
        }
    }
    Ok(supertraits)
}

impl ProtocolTrait {
    fn parse_items(&mut self, content: ParseStream<'_>) -> Result<()> {
        let inside = content.fork();
        self.block.attrs.extend(content.call(Attribute::parse_inner)?);
        self.block.items.push(Item::Other(tokens_between(&inside, content)?));
        while !content.is_empty() {
            if starts_function(&content.fork())? {
                self.block.items.push(parse_function(content)?);
                continue;
            }
            let start = content.fork();
            match content.parse()? {
                item @ (TraitItem::Const(_) | TraitItem::Type(_)) => self.associated.push(item),
                _ => self.block.items.push(Item::Other(tokens_between(&start, content)?)),
            }
        }
        Ok(())
    }
}

fn parse_function(input: ParseStream<'_>) -> Result<Item> {
    let ahead = input.fork();
    match Function::parse_with(&ahead, parse_body_or_semicolon) {
        Ok(function) => {
            input.advance_to(&ahead);
            Ok(Item::Fn(Box::new(function)))
        }
        Err(error) => Ok(Item::Broken(without_handler_attributes(parse_to_end(input)?), error)),
    }
}

fn parse_body_or_semicolon(input: ParseStream<'_>) -> Result<proc_macro2::TokenTree> {
    if input.peek(Token![;]) { input.parse() } else { parse_body(input) }
}

/// The trait as written, minus our attributes.
impl ToTokens for ProtocolTrait {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.block.to_tokens(tokens);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(code: &str) -> ProtocolTrait {
        syn::parse_str(code).unwrap()
    }

    fn printed(code: &impl ToTokens) -> String {
        code.to_token_stream().to_string().replace(' ', "")
    }

    #[test]
    fn a_trait_is_a_block_of_its_protocol() {
        let store = parse(
            "#[a] pub(crate) unsafe trait Cache<K: Ord, V = u8>: Send + for<'a> A<'a> where V: Copy {}",
        );
        assert_eq!(printed(&store.block.self_ty), "CacheProtocol<K,V>");
        assert_eq!((store.supertraits.len(), store.block.attrs.len()), (2, 1));
        assert_eq!(printed(&store.vis), "pub(crate)");
        assert!(store.unsafety.is_some() && store.autoness.is_none());
        assert!(store.block.generics.where_clause.is_some());
        assert_eq!(
            printed(&store),
            "#[a]pub(crate)unsafetraitCache<K:Ord,V=u8>:Send+for<'a>A<'a>whereV:Copy{}"
        );
    }

    #[test]
    fn a_method_has_a_body_or_none() {
        let store =
            parse("trait S { #![allow(x)] #[call] fn a(&self, #[into] x: u8); fn b(&self) { self. } m!{} }");
        assert_eq!(
            store.block.functions().map(|function| function.has_body).collect::<Vec<_>>(),
            [false, true]
        );
        assert_eq!(printed(&store), "traitS{#![allow(x)]fna(&self,x:u8);fnb(&self){self.}m!{}}");
    }

    #[test]
    fn what_is_half_typed_stays_alone() {
        for method in ["fn a(&self) -> T", "fn a(&self, to: );", "fn a(&self) []"] {
            let store = parse(&format!("trait S {{ #[call] {method} #[call] fn b(&self); }}"));
            assert_eq!(store.block.syntax_errors().count(), 1, "{method}");
        }
    }

    #[test]
    fn what_no_object_has_is_set_apart() {
        let store = parse("trait S { const N: u8 = 1; type T; #[call] fn a(&self); }");
        assert_eq!(store.associated.len(), 2);
        assert_eq!(printed(&store), "traitS{fna(&self);}");
    }

    #[test]
    fn an_impl_block_is_no_trait() {
        assert!(syn::parse_str::<ProtocolTrait>("impl S {}").is_err());
        assert!(syn::parse_str::<ProtocolTrait>("trait A = B;").is_err());
    }
}
