//! The block with the handlers of a protocol, and what tells the runtime of them.
//!
//! Where they are as the protocol says, the block is an impl of the trait. Where one is `async`, or is given a context or
//! the reply to keep, no trait has such methods: they are the type's own, and each says how it is run.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{Ident, Type};

use super::call::{code_attrs, location};
use super::docs;
use crate::borrow;
use crate::handler::{Handler, Meaning, Param, ReplyBy};
use crate::kind::Kind;
use crate::names::{self, local};
use crate::place::{at, located_at};
use crate::speech::Speech;
use crate::ty;

/// With a mistake in it, the block is there for whoever calls its methods, and nothing of it is ever run.
pub(crate) fn expand(speech: &Speech<'_>, is_sound: bool) -> TokenStream {
    let (mut tokens, handlers) = if !is_sound {
        (refused(speech), queued(speech))
    } else if speech.is_by_hand() {
        (speech.input.inherent(&[]), by_hand(speech))
    } else {
        (speech.input.to_token_stream(), of_trait(speech))
    };
    let kind = kind(speech, is_sound);
    tokens.extend(docs::with_attributes(handles_impl(speech, &kind, &handlers), &speech.attrs()));
    tokens
}

/// What cannot be read may be what makes it more than an impl of the trait, and would be missing there.
fn refused(speech: &Speech<'_>) -> TokenStream {
    let (input, left_out) = (speech.input, &speech.left_out);
    let is_inherent = speech.is_by_hand() || input.syntax_errors().next().is_some();
    if is_inherent { input.inherent(left_out) } else { input.without(left_out) }
}

fn handles_impl(speech: &Speech<'_>, kind: &TokenStream, handlers: &TokenStream) -> TokenStream {
    let (generics, _, where_clause) = speech.generics.split_for_impl();
    let (private, protocol, self_ty) = (speech.private(), &speech.protocol, speech.self_ty);
    let ty = handlers_ty(speech);
    quote! {
        impl #generics #private::Handles<#protocol> for #self_ty #where_clause {
            const KIND: () = #kind;
            const HANDLERS: #ty = #handlers;
        }
    }
}

/// `is_server::<Self>()`: of an agent, rustc says that it is none where its type stands.
fn kind(speech: &Speech<'_>, is_sound: bool) -> TokenStream {
    // Of those that are `async`, rustc says so as well.
    if is_sound && speech.handlers.iter().any(|handler| how(handler) == "serves") {
        return quote!(());
    }
    let place = at(speech.title.span());
    let private = located_at(speech.private(), place);
    let is_what = if speech.kind == Kind::Agent { "is_agent" } else { "is_server" };
    let is_what = Ident::new(is_what, place);
    quote_spanned!(place=> #private::#is_what::<Self>())
}

/// `<ProtocolOf<dyn Store, Disk> as Spoken>::Handlers<Self>`
fn handlers_ty(speech: &Speech<'_>) -> TokenStream {
    let (private, protocol) = (speech.private(), &speech.protocol);
    quote!(<#protocol as #private::Spoken>::Handlers<Self>)
}

fn queued(speech: &Speech<'_>) -> TokenStream {
    let (private, ty) = (speech.private(), handlers_ty(speech));
    quote!(<#ty as #private::Queued>::QUEUED)
}

fn of_trait(speech: &Speech<'_>) -> TokenStream {
    let (private, ty) = (speech.private(), handlers_ty(speech));
    quote!(<#ty as #private::OfTrait>::OF_TRAIT)
}

/// A field a handler. They are named by way of an alias, since a struct can only be made of a path; it is one of whatever
/// type, which has a name only where the parameters of the impl are.
fn by_hand(speech: &Speech<'_>) -> TokenStream {
    let alias = names::type_param("Handlers", speech.input);
    let ty = handlers_ty(speech);
    let fields = speech.handlers.iter().map(|handler| field(speech, handler));
    // What is missing is said there, and which name a misspelt one is near to: of fields that are made in a place of ours,
    // rustc would not suggest any.
    let (mut made, place) = (alias.clone(), title(speech).span());
    made.set_span(place);
    let value = quote_spanned!(place=> #made::<#ty> { #(#fields,)* });
    quote! {
        {
            type #alias<T> = T;
            #value
        }
    }
}

/// The trait's name.
fn title<'a>(speech: &Speech<'a>) -> &'a Ident {
    speech.path.segments.last().map_or(speech.title, |segment| &segment.ident)
}

/// `get: Handler::run(|server, (key,)| …)`
fn field(speech: &Speech<'_>, handler: &Handler<'_>) -> TokenStream {
    let (attrs, ident, location) = (code_attrs(handler), handler.ident(), location(handler));
    let (private, how) = (located_at(speech.private(), location), Ident::new(how(handler), location));
    let (parameters, body) = (parameters(handler), body(speech, handler));
    quote_spanned!(location=> #attrs #ident: #private::Handler::#how(|#parameters| #body))
}

fn how(handler: &Handler<'_>) -> &'static str {
    match (handler.is_async(), is_replied_later(handler)) {
        (true, true) => "serves_replies",
        (true, false) => "serves",
        (false, true) => "replies",
        (false, false) if takes_context(handler) => "lent",
        (false, false) => "run",
    }
}

fn is_replied_later(handler: &Handler<'_>) -> bool {
    handler.reply.by != ReplyBy::Return
}

fn takes_context(handler: &Handler<'_>) -> bool {
    handler.params.iter().any(|param| matches!(param.meaning, Meaning::Context))
}

/// `server, ctx, (key, value), reply`
fn parameters(handler: &Handler<'_>) -> TokenStream {
    let (server, ctx, names, location) =
        (local("server"), local("ctx"), argument_names(handler), location(handler));
    // Where the protocol has more of them or less, rustc says so there.
    let tuple = quote_spanned!(location=> (#(#names,)*));
    let ctx = if takes_context(handler) { quote!(#ctx,) } else { quote!(_,) };
    let ctx = (how(handler) != "run").then_some(ctx);
    let reply = is_replied_later(handler).then(|| {
        let reply = local("reply");
        quote!(, #reply)
    });
    quote!(#server, #ctx #tuple #reply)
}

/// The handler's own names for its arguments, if each has one.
fn argument_names(handler: &Handler<'_>) -> Vec<Ident> {
    let own: HashSet<_> = handler.argument_names().collect();
    let count = handler.arguments().count();
    if own.len() == count {
        return handler.argument_names().cloned().collect();
    }
    (0..count).map(|number| local(&format!("argument_{number}"))).collect()
}

fn body(speech: &Speech<'_>, handler: &Handler<'_>) -> TokenStream {
    let (location, call) = (location(handler), call(speech, handler));
    let private = located_at(speech.private(), location);
    if !handler.is_async() {
        return if is_replied_later(handler) { call } else { returned(speech, handler, &call) };
    }
    let call = quote_spanned!(location=> #private::sendable(#call).await);
    let outcome = if is_replied_later(handler) { call } else { returned(speech, handler, &call) };
    quote_spanned!(location=> #private::Box::pin(async move { #outcome }))
}

/// `Self::put(server, key, value, ctx)`
fn call(speech: &Speech<'_>, handler: &Handler<'_>) -> TokenStream {
    let (ident, location, server) = (handler.ident(), location(handler), local("server"));
    let mut names = argument_names(handler).into_iter();
    let values = handler.params.iter().map(|param| match &param.meaning {
        Meaning::Argument(argument) => {
            let name = names.next();
            passed(speech, param, &argument.ty, &quote!(#name))
        }
        Meaning::ReplyTo => passed(speech, param, &param.source.ty, &local("reply").to_token_stream()),
        Meaning::ReplyStream => stream(speech, handler, param),
        _ => local("ctx").to_token_stream(),
    });
    quote_spanned!(location=> Self::#ident(#server #(, #values)*))
}

/// `passed::<String, _>(key)`: that the protocol has another type there is said where this one stands.
fn passed(speech: &Speech<'_>, param: &Param<'_>, ty: &Type, value: &TokenStream) -> TokenStream {
    // rustc finds out which one it is.
    if borrow::impl_trait(ty).is_some() {
        return value.clone();
    }
    let place = place(&param.source.ty);
    let private = located_at(speech.private(), place);
    quote_spanned!(place=> #private::passed::<#ty, _>(#value))
}

fn stream(speech: &Speech<'_>, handler: &Handler<'_>, param: &Param<'_>) -> TokenStream {
    let (krate, ty) = (speech.options.krate(), &handler.reply.ty);
    let ty = syn::parse2(quote!(#krate::ReplyTo<#krate::Replies<#ty>>));
    let reply = local("reply");
    let reply = ty.map_or_else(|_| quote!(#reply), |ty| passed(speech, param, &ty, &quote!(#reply)));
    quote!(#reply.into_stream())
}

/// `let value = …; returned(value)`: that the protocol has another type is said where the handler has its own.
fn returned(speech: &Speech<'_>, handler: &Handler<'_>, call: &TokenStream) -> TokenStream {
    let value = local("value");
    let place = ty::returned(&handler.function.sig.output).map_or(location(handler), place);
    let private = located_at(speech.private(), place);
    let mut found = value.clone();
    found.set_span(value.span().located_at(place));
    let returned = quote_spanned!(place=> #private::returned(#found));
    let code = quote!(let #value = #call; #returned);
    if handler.is_async() { code } else { quote!({ #code }) }
}

/// Where a type begins.
fn place(ty: &Type) -> Span {
    let first = ty.to_token_stream().into_iter().next();
    first.map_or_else(Span::call_site, |token| at(token.span()))
}
