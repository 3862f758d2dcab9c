//! The messages of a protocol, run where they are sent: a method a handler, behind which any server may be.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;

use super::call::{located, location, reply_field, variant};
use super::client::said_of_call;
use super::docs::link;
use super::handlers::{self, handlers};
use super::message::{self, Message};
use super::protocol::field;
use crate::attrs::Place;
use crate::handler::Handler;
use crate::kind::Role;
use crate::model::Server;
use crate::names::{self, local};

/// The type parameter that stands for the engine of a server.
pub(super) fn param(server: &Server<'_>) -> Ident {
    // The attributes of handlers are not handed back, but what they say of a call's time is said again.
    let (attributes, timeout) =
        (server.handlers.iter().map(|handler| handler.attribute), &server.options.timeout);
    let input = server.input;
    names::type_param("E", &quote!(#input #(#attributes)* #timeout))
}

/// `StoreEngine`, `CacheEngine<K, V>`
pub(super) fn ty(server: &Server<'_>) -> TokenStream {
    let (_, arguments, _) = server.generics.split_for_impl();
    let engine = &server.names.engine;
    quote!(#engine #arguments)
}

pub(super) fn items(server: &Server<'_>) -> [TokenStream; 2] {
    [declaration(server), for_hosts(server)]
}

fn declaration(server: &Server<'_>) -> TokenStream {
    let (generics, where_clause) = (&server.generics, &server.generics.where_clause);
    let (vis, private, self_ty) = (&server.vis, server.private(), server.self_ty);
    let (engine, doc) = (
        &server.names.engine,
        format!(" The calls and casts of {}, to be run where they are made.", link(server)),
    );
    let methods = handlers(server).map(|handler| {
        let (attrs, signature) = (handler.attrs(Place::Item), signature(server, handler));
        quote!(#(#attrs)* #signature;)
    });
    quote! {
        #[doc = #doc]
        #[doc(hidden)]
        #vis trait #engine #generics: #private::Engine<#self_ty> #where_clause {
            #(#methods)*
        }
    }
}

fn for_hosts(server: &Server<'_>) -> TokenStream {
    let (private, self_ty, param, engine) = (server.private(), server.self_ty, param(server), ty(server));
    let generics = handlers::impl_generics(server, &quote!(#param));
    let predicates = server.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let methods = handlers(server).map(|handler| {
        let (attrs, signature) = (handler.attrs(Place::Item), signature(server, handler));
        let body = body(server, handler, &param);
        quote!(#(#attrs)* #signature { #body })
    });
    quote! {
        impl #generics #engine for #param
        where
            #param: #private::Host<Server: #private::Handles<#self_ty>> + #private::Engine<#self_ty>,
            #(#predicates,)*
        {
            #(#methods)*
        }
    }
}

fn signature(server: &Server<'_>, handler: &Handler<'_>) -> TokenStream {
    let (private, name, arguments) = (server.private(), method(handler), handler.argument_tuple_type());
    let [args, limit, when] = ["args", "limit", "when"].map(local);
    if handler.role == Role::Call {
        let reply = &handler.reply.ty;
        return quote! {
            fn #name(
                &self,
                #args: #arguments,
                #limit: &#private::Limit,
                #when: #private::When,
            ) -> #private::Ran<#reply, #arguments>
        };
    }
    quote!(fn #name(&self, #args: #arguments) -> ::core::result::Result<(), #arguments>)
}

fn body(server: &Server<'_>, handler: &Handler<'_>, param: &Ident) -> TokenStream {
    let (self_ty, field, name, location) =
        (server.self_ty, field(handler), handler.name(), location(handler));
    let private = located(server.private(), handler);
    // What rustc says of a handler's types is to stand at the handler.
    let found = Ident::new("handler", Span::mixed_site().located_at(location));
    let [args, limit, when] = ["args", "limit", "when"].map(local);
    let (says, run) = if handler.role == Role::Call {
        let run = quote_spanned!(location=> #private::Host::call_now(self, #found, #args, #limit, #when));
        (said_of_call(server, handler), run)
    } else {
        let mutates = handler.mutates().then(|| quote!(.mutates()));
        (quote!(#mutates), quote_spanned!(location=> #private::Host::cast_now(self, #found, #args)))
    };
    quote_spanned! {location=>
        let #found = const {
            &<#param::Server as #private::Handles<#self_ty>>::HANDLERS.#field.called(#name) #says
        };
        #run
    }
}

/// `get` → `call_get`, `put` → `cast_put`
///
/// By the handler's own name, rustc would find the method where a client is none of the protocol, and say what it misses to have it.
fn method(handler: &Handler<'_>) -> Ident {
    format_ident!("{}_{}", handler.role.name(), handler.name(), span = location(handler))
}

/// How a client has a call run: `.via(|engine, args, limit, when| StoreEngine::call_get(engine, args, limit, when))`, and how
/// it is taken out of the request again.
pub(super) fn via_call(server: &Server<'_>, handler: &Handler<'_>) -> TokenStream {
    let (trait_name, name) = (&server.names.engine, method(handler));
    let [engine, args, limit, when] = ["engine", "args", "limit", "when"].map(local);
    let parts = parts(server, handler, Message::Request);
    quote_spanned! {location(handler)=>
        .via(|#engine, #args, #limit, #when| #trait_name::#name(#engine, #args, #limit, #when))
        #parts
    }
}

/// The same for a cast.
pub(super) fn via_cast(server: &Server<'_>, handler: &Handler<'_>) -> TokenStream {
    let (trait_name, name) = (&server.names.engine, method(handler));
    let [engine, args] = ["engine", "args"].map(local);
    let parts = parts(server, handler, Message::Cast);
    quote_spanned! {location(handler)=>
        .via(|#engine, #args| #trait_name::#name(#engine, #args))
        #parts
    }
}

/// `.parts(|request| match request { StoreRequest::Get { key, reply } => Ok(((key,), reply)), request => Err(request) })`
fn parts(server: &Server<'_>, handler: &Handler<'_>, message: Message) -> TokenStream {
    let (value, tuple) =
        (local(if message == Message::Request { "request" } else { "cast" }), handler.argument_tuple());
    let reply = (message == Message::Request).then(|| reply_field(handler));
    let pattern = variant(message.ident(server), handler, reply.as_ref());
    let parts = reply.map_or_else(|| tuple.clone(), |reply| quote!((#tuple, #reply)));
    let others: Vec<_> = message.handlers(server).filter(|other| !std::ptr::eq(*other, handler)).collect();
    let rest = message::rest(server, message, &others, &value, &quote!(::core::result::Result::Err(#value)));
    let unused = message::unused_arm(server, message);
    quote! {
        .parts(|#value| match #value {
            #pattern => ::core::result::Result::Ok(#parts),
            #unused
            #rest
        })
    }
}
