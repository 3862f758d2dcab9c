//! Dispatch of an agent: synchronous, and nothing but messages.

use proc_macro2::TokenStream;
use quote::quote;

use super::call::{handler_call, outcome, reply_field};
use super::message::{self, Message};
use super::speaks;
use crate::model::Server;
use crate::names::local;

pub(super) fn state_holder(server: &Server<'_>) -> TokenStream {
    let (generics, _, where_clause) = server.generics.split_for_impl();
    let (krate, self_ty) = (server.krate(), server.self_ty);
    let (requests, casts) = (handle_request(server), handle_cast(server));
    quote! {
        impl #generics #krate::StateHolder for #self_ty #where_clause {
            #requests
            #casts
        }
    }
}

fn handle_request(server: &Server<'_>) -> TokenStream {
    let (request, ty) = (local("request"), Message::Request.ty(server));
    let arms = Message::Request.handlers(server).map(|handler| {
        let reply = reply_field(handler);
        let call = handler_call(server, handler, &reply);
        message::arm(server, Message::Request, handler, &quote!(#reply.send(#call)))
    });
    let protocols = speaks::agent_arms(server, Message::Request);
    let unused = message::unused_arm(server, Message::Request);
    quote! {
        fn handle_request(&mut self, #request: #ty) {
            match #request {
                #(#arms)*
                #(#protocols)*
                #unused
            }
        }
    }
}

fn handle_cast(server: &Server<'_>) -> TokenStream {
    let (private, cast, ty) = (server.private(), local("cast"), Message::Cast.ty(server));
    let arms = Message::Cast
        .handlers(server)
        .map(|handler| message::arm(server, Message::Cast, handler, &outcome(server, handler)));
    let protocols = speaks::agent_arms(server, Message::Cast);
    let unused = message::unused_arm(server, Message::Cast);
    quote! {
        fn handle_cast(&mut self, #cast: #ty) -> ::core::result::Result<(), #private::Fault> {
            match #cast {
                #(#arms)*
                #(#protocols)*
                #unused
            }
        }
    }
}
