//! Attributes on items where they do not belong.

mod of_std;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Abi, Attribute, Ident, Lifetime, Token, Type, Visibility};

use crate::borrow::{self, Borrow};
use crate::check;
use crate::diagnostics::{Errors, error};
use crate::kind::{Kind, Role};
use crate::parse::{ServerImpl, is_block_attribute};
use crate::ty;

/// `#[agent] struct Counter;`
pub(crate) fn on_item(kind: Kind, item: TokenStream) -> Option<syn::Error> {
    let (noun, name) = noun_and_name.parse2(item).ok()?;
    let attribute = kind.attribute();
    let problem = format_args!("`{attribute}` goes on an impl block, and this is {noun}");
    let help = match noun {
        "a function" | "a module" => format!("put the methods into an impl block with `{attribute}`"),
        "the call of a macro" => format!("put `{attribute}` above the impl block, inside of the macro"),
        "a struct" | "an enum" | "a union" => {
            format!("put `{attribute}` above `impl {name} {{ … }}`, the block with its methods")
        }
        "a trait" => format!(
            "put `#[protocol]` above the trait, and `{attribute}` above `impl {name} for …`, the block of a type that speaks it"
        ),
        _ => format!("put `{attribute}` above the impl block of the type that holds the state"),
    };
    Some(error(&name, problem, help))
}

/// `#[protocol] struct Store;`, `#[protocol] impl Store for MemoryStore`
pub(crate) fn protocol(item: TokenStream) -> Option<syn::Error> {
    let problem = |noun| format!("`#[protocol]` goes on a trait, and this is {noun}");
    if let Ok(input) = syn::parse2::<ServerImpl>(item.clone()) {
        let help = "put it above the trait, and `#[agent]` or `#[server]` above the impl blocks";
        return Some(error(&input.self_ty, problem("an impl block"), help));
    }
    let (noun, name) = noun_and_name.parse2(item).ok().filter(|(noun, _)| *noun != "a trait")?;
    let help = match noun {
        "the call of a macro" => "put `#[protocol]` above the trait, inside of the macro".to_owned(),
        "a function" => "put the signature into a trait with `#[protocol]`".to_owned(),
        _ => "write `#[protocol] trait Store { … }`, with a method for each message".to_owned(),
    };
    Some(error(&name, problem(noun), help))
}

/// What kind of item it is, and its name.
fn noun_and_name(input: ParseStream<'_>) -> syn::Result<(&'static str, Ident)> {
    input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    let is_const = input.parse::<Option<Token![const]>>()?.is_some();
    input.parse::<Option<Token![async]>>()?;
    input.parse::<Option<Token![unsafe]>>()?;
    input.parse::<Option<Abi>>()?;
    let word = input.call(Ident::parse_any)?;
    if is_const && word != "fn" || input.peek(Token![!]) {
        input.parse::<TokenStream>()?;
        return Ok((if is_const { "a constant" } else { "the call of a macro" }, word));
    }
    let noun = match word.to_string().as_str() {
        "struct" => "a struct",
        "enum" => "an enum",
        "union" => "a union",
        "trait" => "a trait",
        "fn" => "a function",
        "mod" => "a module",
        "static" => "a static",
        "type" => "a type alias",
        _ => return Err(input.error("unexpected")),
    };
    let name = input.parse()?;
    // The rest is of no interest, and has to be taken.
    input.parse::<TokenStream>()?;
    Ok((noun, name))
}

/// `#[agent] #[server] impl Counter`, `#[agent] #[agent] impl Counter`, `#[protocol] #[protocol] trait Store`
pub(crate) fn on_its_own_kind(kind: Kind, subject: &impl ToTokens, input: &ServerImpl) -> Option<syn::Error> {
    let other = input.attrs.iter().find(|attr| is_block_attribute(attr))?;
    let problem = format_args!("`{}` is {} already", ty::printed(subject), kind.with_article());
    Some(error(other, problem, "leave one of the attributes out"))
}

/// Refuses a block that no items can be made from, and says what is left of it.
pub(crate) fn on_impl(kind: Kind, input: &ServerImpl) -> Option<TokenStream> {
    let mut errors = Errors::default();
    let rest = if ty::last_segment(&input.self_ty).is_none() {
        no_name(kind, input, &mut errors);
        // For most of these, rustc would refuse the block as well.
        TokenStream::new()
    } else {
        no_known_trait(kind, input, &mut errors);
        no_lifetimes(kind, input, &mut errors);
        let rest = if errors.count() > 0 { input.to_token_stream() } else { input.inherent(&[]) };
        no_borrowed_messages(input, &mut errors);
        rest
    };
    (errors.count() > 0).then(|| TokenStream::from_iter([rest, errors.into_tokens()]))
}

/// `#[agent] impl (i64, i64)`, `#[agent] impl dyn Store`
fn no_name(kind: Kind, input: &ServerImpl, errors: &mut Errors) {
    let attribute = kind.attribute();
    let help = format_args!("put the state into a struct, and `{attribute}` above the struct's impl block");
    if let Type::TraitObject(object) = ty::ungroup(&input.self_ty) {
        let object = ty::printed(object);
        let problem = format_args!("`{attribute}` needs a type that holds state, and `{object}` holds none");
        return errors.push(&input.self_ty, problem, help);
    }
    let problem = format_args!("`{attribute}` needs a type with a name, from which the client gets its own");
    errors.push(&input.self_ty, problem, help);
}

/// `#[agent] impl Default for Counter`
fn no_known_trait(kind: Kind, input: &ServerImpl, errors: &mut Errors) {
    let Some(path) = input.implemented.as_ref().map(|implemented| &implemented.path) else { return };
    if of_std::is_of_std(path, input) {
        let (attribute, self_ty, name) = (kind.attribute(), ty::printed(&input.self_ty), ty::printed(path));
        let problem = format_args!(
            "`{attribute}` goes on a type's own block or on that of a protocol, and `{name}` is none"
        );
        errors.push(path, problem, format_args!("put `{attribute}` above `impl {self_ty} {{ … }}`"));
    }
}

/// `#[agent] impl Cache<&str> for Memory`
fn no_borrowed_messages(input: &ServerImpl, errors: &mut Errors) {
    let path = input.implemented.iter().map(|implemented| &implemented.path);
    path.filter(|_| input.generics.lifetimes().next().is_none())
        .for_each(|path| check::speaks::owned(path, errors));
}

/// `#[agent] impl<'a> Parser<'a>`, `#[agent] impl Parser<'_>`, `#[agent] impl Parser<&str>`
fn no_lifetimes(kind: Kind, input: &ServerImpl, errors: &mut Errors) {
    let mut refuse = |at: &dyn ToTokens, lifetime: Option<&Lifetime>| {
        let problem = format_args!(
            "the state of {} cannot borrow, because it outlives its starter",
            kind.with_article()
        );
        let name = lifetime.filter(|lifetime| lifetime.ident != "_");
        let borrowed = name.map_or_else(|| "&str".to_owned(), |name| format!("&{name} str"));
        let help = format_args!("own the data: `String` for `{borrowed}`, `Arc<T>` to share it");
        errors.push(at, problem, help);
    };
    if input.generics.lifetimes().next().is_none() {
        match borrow::find(&input.self_ty) {
            Some(Borrow::Reference(ty)) => refuse(&ty, ty.lifetime.as_ref()),
            Some(Borrow::Lifetime(lifetime)) => refuse(&lifetime, Some(&lifetime)),
            None => {}
        }
    }
    for param in input.generics.lifetimes() {
        refuse(param, Some(&param.lifetime));
    }
}

/// Whether it ends with a semicolon, as the methods of traits do.
fn is_asked_for(item: &TokenStream) -> bool {
    let last = item.clone().into_iter().last();
    matches!(last, Some(TokenTree::Punct(punct)) if punct.as_char() == ';')
}

/// `#[call] fn get(&self) {}` in an impl block without `#[agent]` or `#[server]`, or in a trait without `#[protocol]`: from
/// here, a method looks like any other.
pub(crate) fn handler(role: Role, item: &TokenStream) -> TokenStream {
    let name = role.name();
    if role.is_for_protocols() {
        let help = if is_asked_for(item) {
            "put `#[protocol]` above the trait"
        } else {
            "put `#[agent]` or `#[server]` above the impl block, and `#[protocol]` above a trait; a type has one such block, with all of its handlers, and methods that another macro writes into it are not seen"
        };
        let message = format!(
            "`#[{name}]` belongs on a method of an impl block that has `#[agent]` or `#[server]`, or of a trait that has `#[protocol]`\n\nhelp: {help}"
        );
        return quote!(#item ::core::compile_error! { #message });
    }
    let blocks = if role.is_for_agents() { "`#[agent]` or `#[server]`" } else { "`#[server]`" };
    let message = format!(
        "`#[{name}]` belongs on a method inside an impl block that has {blocks}\n\nhelp: put {blocks} above the impl block; a type has one such block, with all of its handlers, and methods that another macro writes into it are not seen"
    );
    quote!(#item ::core::compile_error! { #message })
}
