//! Attributes on items where they do not belong.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::parse::{ParseStream, Parser as _};
use syn::{Abi, Attribute, Ident, Token, Visibility};

use crate::diagnostics::{Errors, error};
use crate::kind::{Kind, Role};
use crate::parse::ServerImpl;
use crate::ty;

/// `#[agent] struct Counter;`
pub(crate) fn on_item(kind: Kind, item: TokenStream) -> Option<syn::Error> {
    let (noun, name) = noun_and_name.parse2(item).ok()?;
    let attribute = kind.attribute();
    let problem = format_args!("`{attribute}` goes on an impl block, and this is {noun}");
    let help = match noun {
        "a trait" => "put it above the impl block of the type that holds the state".to_owned(),
        "a function" | "a module" => format!("put the methods into an impl block with `{attribute}`"),
        _ => format!("put `{attribute}` above `impl {name} {{ … }}`, the block with its methods"),
    };
    Some(error(&name, problem, help))
}

/// What kind of item it is, and its name.
fn noun_and_name(input: ParseStream<'_>) -> syn::Result<(&'static str, Ident)> {
    input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    input.parse::<Option<Token![const]>>()?;
    input.parse::<Option<Token![async]>>()?;
    input.parse::<Option<Token![unsafe]>>()?;
    input.parse::<Option<Abi>>()?;
    let noun = match input.call(<Ident as syn::ext::IdentExt>::parse_any)?.to_string().as_str() {
        "struct" => "a struct",
        "enum" => "an enum",
        "union" => "a union",
        "trait" => "a trait",
        "fn" => "a function",
        "mod" => "a module",
        _ => return Err(input.error("unknown item")),
    };
    let name = input.parse()?;
    // The rest is of no interest, and has to be taken.
    input.parse::<TokenStream>()?;
    Ok((noun, name))
}

/// Refuses a block that no items can be made from, and says what is left of it.
pub(crate) fn on_impl(kind: Kind, input: &ServerImpl) -> Option<TokenStream> {
    let mut errors = Errors::default();
    let rest = if ty::last_segment(&input.self_ty).is_none() {
        no_name(kind, input, &mut errors);
        // For most of these, rustc would refuse the block as well.
        TokenStream::new()
    } else {
        no_trait(kind, input, &mut errors);
        no_lifetimes(kind, input, &mut errors);
        input.to_token_stream()
    };
    (errors.count() > 0).then(|| TokenStream::from_iter([rest, errors.into_tokens()]))
}

/// `#[agent] impl (i64, i64)`
fn no_name(kind: Kind, input: &ServerImpl, errors: &mut Errors) {
    let problem =
        format_args!("`{}` needs a type with a name, from which the client gets its own", kind.attribute());
    errors.push(&input.self_ty, problem, "put the state into a struct");
}

/// `#[agent] impl Default for Counter`
fn no_trait(kind: Kind, input: &ServerImpl, errors: &mut Errors) {
    if let Some((path, _)) = &input.implemented {
        let (attribute, self_ty) = (kind.attribute(), ty::printed(&input.self_ty));
        let problem =
            format_args!("`{attribute}` goes on the inherent impl block, and this is the impl of a trait");
        errors.push(path, problem, format_args!("put `{attribute}` above `impl {self_ty} {{ … }}`"));
    }
}

/// `#[agent] impl<'a> Parser<'a>`
fn no_lifetimes(kind: Kind, input: &ServerImpl, errors: &mut Errors) {
    for lifetime in input.generics.lifetimes() {
        let problem = format_args!(
            "the state of {} cannot borrow, because it outlives its starter",
            kind.with_article()
        );
        let help =
            format_args!("own the data: `String` for `&{} str`, `Arc<T>` to share it", lifetime.lifetime);
        errors.push(lifetime, problem, help);
    }
}

/// `#[call] fn get(&self)` in an impl block without `#[agent]` or `#[server]`
pub(crate) fn handler(role: Role, item: &TokenStream) -> TokenStream {
    let name = role.name();
    let blocks = if role.is_for_agents() { "`#[agent]` or `#[server]`" } else { "`#[server]`" };
    let message = format!(
        "`#[{name}]` belongs on a method inside an impl block that has {blocks}\n\nhelp: put {blocks} above the impl block"
    );
    quote!(#item ::core::compile_error! { #message })
}
