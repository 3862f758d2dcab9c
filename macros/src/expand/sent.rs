//! What is sent, named once more so that rustc can say of each type by itself, and where it is written, that it cannot
//! be. Otherwise it would say so of the whole enum, at the attribute, and first.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Type;

use super::call::location;
use super::client::allow_many_arguments;
use crate::attrs::Place;
use crate::handler::Handler;
use crate::kind::{Kind, Role};
use crate::model::Server;
use crate::names;
use crate::place::{at, located_at};
use crate::ty;

/// Prints nothing where all types are known to be fit for it, as numbers and strings are.
///
/// A function for each handler, since rustc says once a function what it has to say of a type.
pub(super) fn item(server: &Server<'_>) -> Option<TokenStream> {
    let handlers: Vec<_> = server.handlers.iter().filter_map(|handler| function(server, handler)).collect();
    (!handlers.is_empty()).then(|| quote! {
        #[doc = " What is sent has to be `Send + 'static`; what is not, the compiler shows where a handler names it."]
        const _: () = {
            #(#handlers)*
        };
    })
}

/// `fn fetch(_: Sent<Config>, _: Sent<Result<Page, FetchError>>) {}`
fn function(server: &Server<'_>, handler: &Handler<'_>) -> Option<TokenStream> {
    if !handler.is_sound || !sends(server.kind, handler.role) {
        return None;
    }
    let (generics, _, where_clause) = server.generics.split_for_impl();
    let (attrs, name) = (handler.attrs(Place::Item), names::generated(handler.ident()));
    let types: Vec<_> = handler.arguments().map(|argument| &argument.ty).chain(reply(handler)).collect();
    let sent: Vec<_> =
        types.into_iter().filter(|ty| !is_plain(ty)).map(|ty| sent(server, handler, ty)).collect();
    let allow_many = allow_many_arguments(handler, 1);
    (!sent.is_empty()).then(|| {
        quote! {
            #(#attrs)*
            #allow_many
            fn #name #generics(#(_: #sent),*) #where_clause {}
        }
    })
}

/// An agent's `init` runs where it is started; a server's runs on its task.
fn sends(kind: Kind, role: Role) -> bool {
    match role {
        Role::Init => kind == Kind::Server,
        role => role.takes_arguments(),
    }
}

/// What a call returns, or the error of an `init`: the state that it makes is no message.
fn reply<'h>(handler: &'h Handler<'_>) -> Option<&'h Type> {
    let ty = &handler.reply.ty;
    match handler.role {
        Role::Call => Some(ty),
        Role::Init if ty::is_named(ty, "Result") => ty::arguments(ty).get(1).copied(),
        _ => None,
    }
}

/// `Sent<Rc<i64>>`, standing where the user has written `Rc<i64>`.
fn sent(server: &Server<'_>, handler: &Handler<'_>, ty: &Type) -> TokenStream {
    let place = |token: Option<Span>| token.map_or(location(handler), at);
    let spans: Vec<_> = ty.to_token_stream().into_iter().map(|token| token.span()).collect();
    let (first, last) = (place(spans.first().copied()), place(spans.last().copied()));
    let private = located_at(server.private(), first);
    let close = quote_spanned!(last=> >);
    quote_spanned!(first=> #private::Sent<#ty #close)
}

/// Whether it is known without asking that the type can be sent.
fn is_plain(ty: &Type) -> bool {
    const PLAIN: [&str; 19] = [
        "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "u128", "u16", "u32",
        "u64", "u8", "usize", "String", "Duration", "PathBuf",
    ];
    const OF_PLAIN: [&str; 4] = ["Option", "Vec", "Result", "Box"];
    let arguments = ty::arguments(ty);
    let is_one_of = |names: &[&str]| names.iter().any(|name| ty::is_named(ty, name));
    ty::is_unit(ty)
        || is_one_of(&PLAIN)
        || is_one_of(&OF_PLAIN) && !arguments.is_empty() && arguments.into_iter().all(is_plain)
}
