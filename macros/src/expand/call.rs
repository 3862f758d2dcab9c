//! Calling a handler: the expression, and what stands round it.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;

use crate::attrs::Place;
use crate::handler::{Handler, Meaning, Param};
use crate::model::Server;
use crate::names::{self, local};
use crate::place::{at, located_at};

/// `Self::fetch(self, key, ctx)`, awaited if need be.
pub(super) fn handler_call(server: &Server<'_>, handler: &Handler<'_>, reply: &Ident) -> TokenStream {
    let (ident, location) = (handler.ident(), location(handler));
    let values = handler.params.iter().map(|param| value(param, reply));
    awaited(server, handler, quote_spanned!(location=> Self::#ident(self #(, #values)*)))
}

/// `future` → `sendable(future).await`.
///
/// rustc says of a future that is not `Send` which bound it misses, and where: at the handler's name.
pub(super) fn awaited(server: &Server<'_>, handler: &Handler<'_>, call: TokenStream) -> TokenStream {
    if !handler.is_async() {
        return call;
    }
    let (private, location) = (located(server.private(), handler), location(handler));
    quote_spanned!(location=> #private::sendable(#call).await)
}

/// The place of the handler's name.
pub(super) fn location(handler: &Handler<'_>) -> Span {
    at(handler.ident().span())
}

/// Moves a path there: an error about what it leads to would else reach from the attribute to the handler.
pub(super) fn located(path: TokenStream, handler: &Handler<'_>) -> TokenStream {
    located_at(path, location(handler))
}

fn value(param: &Param<'_>, reply: &Ident) -> TokenStream {
    let variable = match &param.meaning {
        Meaning::Argument(argument) => {
            return argument.ident.as_ref().map_or_else(TokenStream::new, |i| quote!(#i));
        }
        Meaning::ReplyStream => return quote!(#reply.into_stream()),
        Meaning::ReplyTo => return quote!(#reply),
        Meaning::Context => local("ctx"),
        Meaning::Reason => local("reason"),
        Meaning::Left => local("left"),
    };
    quote!(#variable)
}

/// `Outcome::into_result(Self::reset(self), "reset")`: nothing or a `Result` → a `Result`.
pub(super) fn outcome(server: &Server<'_>, handler: &Handler<'_>) -> TokenStream {
    outcome_of(server, handler, &handler_call(server, handler, &local("reply")))
}

pub(super) fn outcome_of(server: &Server<'_>, handler: &Handler<'_>, call: &TokenStream) -> TokenStream {
    let (private, name) = (located(server.private(), handler), handler.name());
    let location = location(handler);
    quote_spanned!(location=> #private::Outcome::into_result(#call, #name))
}

/// `CounterCall::Add { n, reply }`, as a pattern and as an expression.
pub(super) fn variant(message: &Ident, handler: &Handler<'_>, reply: Option<&Ident>) -> TokenStream {
    let variant = &handler.variant;
    let mut fields = handler.argument_names().chain(reply).peekable();
    if fields.peek().is_none() {
        return quote!(#message::#variant);
    }
    quote!(#message::#variant { #(#fields),* })
}

/// The field that says where the reply goes.
pub(super) fn reply_field(handler: &Handler<'_>) -> Ident {
    names::reply_field(&handler.argument_names().collect::<Vec<_>>())
}

/// The attributes of code that calls the handler.
pub(super) fn code_attrs(handler: &Handler<'_>) -> TokenStream {
    let (attrs, allow) = (handler.attrs(Place::Code), allow_deprecated(handler));
    quote!(#(#attrs)* #allow)
}

/// Those who call the client are warned; the call that serves them is no news to anyone.
pub(super) fn allow_deprecated(handler: &Handler<'_>) -> Option<TokenStream> {
    handler
        .has_attr("deprecated")
        .then(|| quote!(#[allow(deprecated, reason = "whoever uses the client is warned")]))
}
