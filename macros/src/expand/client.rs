//! The client: a method for each call and cast.
//!
//! What it calls is named by its type: a trait of the user's, implemented for all types, may have methods of these names.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Visibility;

use super::call::{allow_deprecated, located, location, outcome_of, reply_field, variant};
use super::docs::{handler_link, link};
use super::engine;
use super::message::reply_type;
use crate::attrs::Place;
use crate::handler::{Argument, Handler};
use crate::kind::{Kind, Role};
use crate::model::Server;
use crate::names::local;

/// clippy's default for `too_many_arguments`; `self` is one of them.
const MANY_ARGUMENTS: usize = 7;

pub(super) fn items(server: &Server<'_>) -> Vec<TokenStream> {
    let mut items = vec![
        declaration(server),
        clone_impl(server),
        debug_impl(server),
        deref_impl(server),
        client_of_impl(server),
    ];
    items.extend(methods(server));
    items
}

fn declaration(server: &Server<'_>) -> TokenStream {
    let (generics, where_clause) = (&server.generics, &server.generics.where_clause);
    let (private, client, self_ty) = (server.private(), &server.names.client, server.self_ty);
    let whom = if server.kind == Kind::Protocol { "whatever server speaks " } else { "" };
    let doc = format!(" A client of {whom}{}: each of its methods is a message.", link(server));
    let vis = &server.vis;
    quote! {
        #[doc = #doc]
        #vis struct #client #generics #where_clause {
            place: #private::Place<#self_ty>,
        }
    }
}

// By hand, since a derive would ask for `K: Clone`.
fn clone_impl(server: &Server<'_>) -> TokenStream {
    let (generics, _, where_clause) = server.generics.split_for_impl();
    let client = server.client_type();
    quote! {
        impl #generics ::core::clone::Clone for #client #where_clause {
            fn clone(&self) -> Self {
                Self { place: ::core::clone::Clone::clone(&self.place) }
            }
        }
    }
}

fn debug_impl(server: &Server<'_>) -> TokenStream {
    let (generics, _, where_clause) = server.generics.split_for_impl();
    let (private, client, name) = (server.private(), server.client_type(), server.names.client.to_string());
    quote! {
        impl #generics ::core::fmt::Debug for #client #where_clause {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #private::debug_client(f, #name, &self.place)
            }
        }
    }
}

fn deref_impl(server: &Server<'_>) -> TokenStream {
    let (generics, _, where_clause) = server.generics.split_for_impl();
    let (krate, private, client) = (server.krate(), server.private(), server.client_type());
    quote! {
        impl #generics ::core::ops::Deref for #client #where_clause {
            type Target = #krate::Client;

            fn deref(&self) -> &#krate::Client {
                #private::Place::core(&self.place)
            }
        }
    }
}

fn client_of_impl(server: &Server<'_>) -> TokenStream {
    let (generics, _, where_clause) = server.generics.split_for_impl();
    let (krate, private, client, self_ty) =
        (server.krate(), server.private(), server.client_type(), server.self_ty);
    let place = local("place");
    quote! {
        impl #generics #krate::ClientOf<#self_ty> for #client #where_clause {
            fn place(&self) -> &#private::Place<#self_ty> {
                &self.place
            }

            fn from_place(#place: #private::Place<#self_ty>) -> Self {
                Self { #place }
            }
        }
    }
}

fn methods(server: &Server<'_>) -> Option<TokenStream> {
    let (generics, _, where_clause) = server.generics.split_for_impl();
    let client = server.client_type();
    let handlers = server.handlers.iter().filter(|handler| handler.role.is_for_clients());
    let methods: Vec<_> = handlers.map(|handler| method(server, handler)).collect();
    (!methods.is_empty()).then(|| {
        quote! {
            impl #generics #client #where_clause {
                #(#methods)*
            }
        }
    })
}

fn method(server: &Server<'_>, handler: &Handler<'_>) -> TokenStream {
    let (attrs, signature) = (method_attrs(server, handler), signature(server, handler));
    let body = match handler.role {
        _ if !handler.is_sound => quote!(::core::unreachable!()),
        Role::Call => call_body(server, handler),
        _ => cast_body(server, handler),
    };
    quote!(#attrs #signature { #body })
}

fn method_attrs(server: &Server<'_>, handler: &Handler<'_>) -> TokenStream {
    let attrs = handler.attrs(Place::Method);
    let (allow_many, allow_deprecated) = (allow_many_arguments(handler, 1), allow_deprecated(handler));
    let doc = (!handler.has_attr("doc")).then(|| {
        let link = handler_link(server, handler);
        let whom = if server.kind == Kind::Agent { Kind::Agent } else { Kind::Server };
        let doc = match handler.role {
            Role::Call => format!(" Calls {link} on the {whom}."),
            _ => format!(" Casts {link} to the {whom}."),
        };
        quote!(#[doc = #doc])
    });
    quote!(#doc #(#attrs)* #allow_many #allow_deprecated)
}

/// `besides` counts the parameters that are not the handler's.
pub(super) fn allow_many_arguments(handler: &Handler<'_>, besides: usize) -> Option<TokenStream> {
    (handler.arguments().count() + besides > MANY_ARGUMENTS)
        .then(|| quote!(#[allow(clippy::too_many_arguments, reason = "the handler has as many")]))
}

fn signature(server: &Server<'_>, handler: &Handler<'_>) -> TokenStream {
    let (krate, self_ty) = (located(server.krate(), handler), server.self_ty);
    let (vis, ident, location) = (vis(server, handler), handler.ident(), location(handler));
    let (generics, _, where_clause) = handler.function.sig.generics.split_for_impl();
    // In a trait, it may say what holds for servers and not for clients.
    let where_clause = where_clause.filter(|_| server.kind != Kind::Protocol);
    let parameters = parameters(handler);
    let arguments = if handler.is_sound { handler.argument_tuple_type() } else { quote!(()) };
    let returned = if handler.role == Role::Call {
        let reply = reply_type(server, handler);
        let fallible = handler.reply.is_fallible.then(|| quote!(, #krate::Fallible));
        quote_spanned!(location=> #krate::Call<'_, #self_ty, #arguments, #reply #fallible>)
    } else {
        quote_spanned!(location=> #krate::Cast<'_, #self_ty, #arguments>)
    };
    quote!(#vis fn #ident #generics(&self, #parameters) -> #returned #where_clause)
}

/// A handler's own; a trait's methods have none but the trait's.
fn vis<'s>(server: &'s Server<'_>, handler: &'s Handler<'_>) -> &'s Visibility {
    if server.kind == Kind::Protocol { &server.vis } else { &handler.function.vis }
}

/// `key: impl Into<String>, n: u64`
pub(super) fn parameters(handler: &Handler<'_>) -> TokenStream {
    handler
        .arguments()
        .map(|argument| {
            let name = parameter_name(handler, argument);
            let ty = &argument.ty;
            let ty = if argument.is_into { quote!(impl ::core::convert::Into<#ty>) } else { quote!(#ty) };
            quote!(#name: #ty,)
        })
        .collect()
}

/// What is refused does nothing with its arguments, which may have no name.
pub(super) fn parameter_name(handler: &Handler<'_>, argument: &Argument) -> TokenStream {
    match &argument.ident {
        Some(ident) if handler.is_sound => quote!(#ident),
        _ => quote!(_),
    }
}

/// `(Into::into(key), n)`
pub(super) fn converted(handler: &Handler<'_>) -> TokenStream {
    let values = handler.arguments().map(|Argument { ident, is_into, .. }| {
        if *is_into { quote!(::core::convert::Into::into(#ident)) } else { quote!(#ident) }
    });
    quote!((#(#values,)*))
}

fn call_body(server: &Server<'_>, handler: &Handler<'_>) -> TokenStream {
    let (private, location) = (located(server.private(), handler), location(handler));
    let (name, reply) = (handler.name(), reply_field(handler));
    let (tuple, values) = (handler.argument_tuple(), converted(handler));
    let request = variant(&server.names.request, handler, Some(&reply));
    let (run, says) = (run_of_call(server, handler), said_of_call(server, handler));
    let op = local("op");
    quote_spanned! {location=>
        let #op = const {
            &#private::CallOp::new(#name, |#tuple, #reply| #request) #run #says
        };
        #private::Place::call(&self.place, #op, #values)
    }
}

/// What the caller may do in place of sending a message, if it may do anything.
fn run_of_call(server: &Server<'_>, handler: &Handler<'_>) -> Option<TokenStream> {
    if server.kind == Kind::Protocol {
        return Some(engine::via_call(server, handler));
    }
    let is_run_by_callers = server.kind == Kind::Agent || server.options.is_inline();
    (is_run_by_callers && handler.runs_in_place())
        .then(|| if handler.is_async() { awaits(server, handler) } else { run(server, handler, |call| call) })
}

/// `.mutates().timeout(|| Duration::from_secs(10)).always()`: what the attribute and the receiver say.
pub(super) fn said_of_call(server: &Server<'_>, handler: &Handler<'_>) -> TokenStream {
    let mutates = handler.mutates().then(|| quote!(.mutates()));
    // A server's default is one of its options, and a protocol has no server.
    let default = server.options.timeout.as_ref().filter(|_| server.kind == Kind::Protocol);
    let timeout = handler.args.timeout.as_ref().or(default).map(|timeout| quote!(.timeout(|| #timeout)));
    let always = handler.args.always.then(|| quote!(.always()));
    quote!(#mutates #timeout #always)
}

fn cast_body(server: &Server<'_>, handler: &Handler<'_>) -> TokenStream {
    let (private, location) = (located(server.private(), handler), location(handler));
    let name = handler.name();
    let (tuple, values) = (handler.argument_tuple(), converted(handler));
    let cast = variant(&server.names.cast, handler, None);
    // A server's cast never runs where it is sent.
    let run = match server.kind {
        Kind::Agent => Some(run(server, handler, |call| outcome_of(server, handler, &call))),
        Kind::Protocol => Some(engine::via_cast(server, handler)),
        Kind::Server => None,
    };
    let mutates = handler.mutates().then(|| quote!(.mutates()));
    let op = local("op");
    quote_spanned! {location=>
        let #op = const { &#private::CastOp::new(#name, |#tuple| #cast) #run #mutates };
        #private::Place::cast(&self.place, #op, #values)
    }
}

/// How to run the handler without a message: `.run(|server, (n,)| <Counter>::add(server, n))`
fn run(
    server: &Server<'_>,
    handler: &Handler<'_>,
    then: impl FnOnce(TokenStream) -> TokenStream,
) -> TokenStream {
    let (self_ty, ident, state) = (server.self_ty, handler.ident(), local("server"));
    let (tuple, arguments) = (handler.argument_tuple(), handler.argument_names());
    // What rustc says of its reply is to stand there, as it does of the same call in the dispatch: then it says so once.
    let call = then(quote_spanned!(location(handler)=> <#self_ty>::#ident(#state #(, #arguments)*)));
    quote!(.run(|#state, #tuple| #call))
}

/// How to begin an async handler without a message, with all that its server is:
/// `.awaits(|mut frame, (key,)| Box::pin(async move { … <Cache>::fetch(Frame::state(&mut frame), key) …; (frame, value) }))`
fn awaits(server: &Server<'_>, handler: &Handler<'_>) -> TokenStream {
    let (self_ty, ident, private) = (server.self_ty, handler.ident(), located(server.private(), handler));
    let (frame, value) = (local("frame"), local("value"));
    let (tuple, arguments) = (handler.argument_tuple(), handler.argument_names());
    quote! {
        .awaits(|mut #frame: #private::Box<#private::Frame<#self_ty>>, #tuple| {
            #private::Box::pin(async move {
                let #value = #private::contained(#private::sendable(
                    <#self_ty>::#ident(#private::Frame::state(&mut #frame) #(, #arguments)*)
                ))
                .await;
                (#frame, #value)
            })
        })
    }
}
