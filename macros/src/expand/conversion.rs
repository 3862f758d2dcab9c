//! From a request to a plain call, and from values to infos.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Ident;

use super::call;
use super::client::parameter_name;
use super::message::{Message, unused_arm};
use super::speaks;
use crate::attrs::Place;
use crate::handler::Handler;
use crate::model::Server;
use crate::names::local;

/// The plain call of a request, whose reply is then dropped.
pub(super) fn call_from_request(server: &Server<'_>) -> TokenStream {
    let (generics, _, where_clause) = server.generics.split_for_impl();
    let (call, request) = (Message::Call.ty(server), Message::Request.ty(server));
    let arms = Message::Call.handlers(server).map(|handler| {
        let (attrs, variant, request) = (handler.attrs(Place::Code), &handler.variant, &server.names.request);
        let names: Vec<_> = handler.argument_names().collect();
        if names.is_empty() {
            return quote!(#(#attrs)* #request::#variant { .. } => Self::#variant,);
        }
        quote!(#(#attrs)* #request::#variant { #(#names,)* .. } => Self::#variant { #(#names),* },)
    });
    let protocols = speaks::calls_from_requests(server);
    let (unused, request_value) = (unused_arm(server, Message::Request), local("request"));
    quote! {
        impl #generics ::core::convert::From<#request> for #call #where_clause {
            fn from(#request_value: #request) -> Self {
                match #request_value {
                    #(#arms)*
                    #(#protocols)*
                    #unused
                }
            }
        }
    }
}

/// `WorkerInfo::computed(sum)`: what can be handed on as a function.
pub(super) fn constructors(server: &Server<'_>) -> TokenStream {
    let (generics, _, where_clause) = server.generics.split_for_impl();
    let ty = Message::Info.ty(server);
    let functions = Message::Info.declared(server).map(|handler| constructor(server, handler));
    quote! {
        impl #generics #ty #where_clause {
            #(#functions)*
        }
    }
}

fn constructor(server: &Server<'_>, handler: &Handler<'_>) -> TokenStream {
    let (attrs, ident) = (handler.attrs(Place::Item), handler.ident());
    let doc = Message::Info.variant_doc(server, handler);
    let parameter = parameter(handler);
    let value = if handler.is_sound {
        call::variant(&Ident::new("Self", Span::call_site()), handler, None)
    } else {
        quote!(::core::unreachable!())
    };
    quote!(#[doc = #doc] #(#attrs)* pub fn #ident(#parameter) -> Self { #value })
}

/// One argument stands alone; several are a tuple, since a future has one output.
fn parameter(handler: &Handler<'_>) -> Option<TokenStream> {
    let (names, types): (Vec<_>, Vec<_>) =
        handler.arguments().map(|argument| (parameter_name(handler, argument), &argument.ty)).unzip();
    match (&names[..], &types[..]) {
        ([], _) => None,
        ([name], [ty]) => Some(quote!(#name: #ty)),
        _ => Some(quote!((#(#names),*): (#(#types),*))),
    }
}
