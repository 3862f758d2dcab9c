//! What a protocol says of itself: to the runtime, `StoreProtocol` is what stands for it.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Ident;

use super::call::{located, location, reply_field, variant};
use super::docs::link;
use super::message::{self, Message};
use super::{engine, handlers};
use crate::attrs::Place;
use crate::handler::Handler;
use crate::model::Server;
use crate::names::{self, local};

/// The type that stands for it. `dyn Store` cannot: rustc forgets the lifetimes within the futures of users, and `dyn Store + '_`
/// has no messages.
pub(super) fn declaration(server: &Server<'_>) -> TokenStream {
    let (generics, where_clause) = (&server.generics, &server.generics.where_clause);
    let (vis, ident) = (&server.vis, names::protocol(server.title));
    let doc = format!(
        " The protocol {}, where a type stands for it: `Name<{ident}>` leads to whoever speaks it.",
        link(server)
    );
    let params: Vec<_> = handlers::arguments(server).collect();
    if params.is_empty() {
        return quote!(#[doc = #doc] #vis enum #ident {});
    }
    // A constant is no type.
    let params = server.generics.type_params().map(|param| &param.ident);
    quote! {
        #[doc = #doc]
        #vis struct #ident #generics (::core::marker::PhantomData<fn() -> (#(#params,)*)>) #where_clause;
    }
}

/// What a client of it has to know.
pub(super) fn protocol_impl(server: &Server<'_>) -> TokenStream {
    let (generics, _, where_clause) = server.generics.split_for_impl();
    let (krate, private, self_ty) = (server.krate(), server.private(), server.self_ty);
    let [call, cast, request] =
        [Message::Call, Message::Cast, Message::Request].map(|message| message.ty(server));
    let (client, name) = (server.client_type(), names::text(server.title));
    quote! {
        impl #generics #krate::Protocol for #self_ty #where_clause {
            type Call = #call;
            type Cast = #cast;
            type Request = #request;
            type Client = #client;
            type Kind = #private::ProtocolKind;

            const NAME: &'static str = #name;
        }
    }
}

/// What leads from the trait to it, for a server that speaks it: of all that is written here, only the trait has a name there.
pub(super) fn protocol_for(server: &Server<'_>) -> TokenStream {
    let (private, self_ty, client) = (server.private(), server.self_ty, server.client_type());
    let (title, (_, arguments, _)) = (server.title, server.generics.split_for_impl());
    let (param, where_clause) = (handlers::param(server), &server.generics.where_clause);
    let generics = handlers::impl_generics(server, &quote!(#param));
    quote! {
        impl #generics #private::ProtocolFor<#param> for dyn #title #arguments #where_clause {
            type Protocol = #self_ty;
            type Client = #client;
        }
    }
}

/// What a server that speaks it is asked by way of it.
pub(super) fn spoken_impl(server: &Server<'_>) -> TokenStream {
    let (generics, _, where_clause) = server.generics.split_for_impl();
    let (private, self_ty) = (server.private(), server.self_ty);
    let spoken = Spoken { server, param: handlers::param(server) };
    let parts = [
        spoken.types(),
        spoken.conversions(),
        spoken.caller(),
        spoken.redirect(),
        spoken.requests_now(),
        spoken.requests(),
        spoken.casts_now(),
        spoken.casts(),
    ];
    quote! {
        impl #generics #private::Spoken for #self_ty #where_clause {
            #(#parts)*
        }
    }
}

struct Spoken<'s, 'a> {
    server: &'s Server<'a>,
    /// The `S` that stands for a server.
    param: Ident,
}

impl Spoken<'_, '_> {
    fn types(&self) -> TokenStream {
        let (private, param, engine) = (self.server.private(), &self.param, engine::ty(self.server));
        let handlers = handlers::ty(self.server, param);
        quote! {
            type Engine = dyn #engine;
            type Handlers<#param: #private::Handles<Self>> = #handlers;
        }
    }

    /// From the client of one server to that of any: what only a named type can do, since it is done by coercion.
    fn conversions(&self) -> TokenStream {
        let (krate, private, engine) = (self.server.krate(), self.server.private(), engine::ty(self.server));
        let (host, client) = (engine::param(self.server), local("client"));
        quote! {
            fn spot(#client: &#krate::Client<dyn #engine>) -> &#krate::Client {
                #client
            }

            fn erase(
                #client: #private::Arc<#krate::Client<dyn #engine>>,
            ) -> #private::Arc<#krate::Client<dyn #private::Core>> {
                #client
            }

            fn widen<#host>(
                #client: #private::Arc<#krate::Client<#host>>,
            ) -> #private::Arc<#krate::Client<dyn #engine>>
            where
                #host: #private::Host<Server: #private::Handles<Self>> + #private::Engine<Self>,
            {
                #client
            }
        }
    }

    fn caller(&self) -> TokenStream {
        let (private, request) = (self.server.private(), local("request"));
        let (ty, body) =
            (Message::Request.ty(self.server), self.replies(&quote!(ref), |reply| quote!(#reply.caller())));
        quote! {
            fn caller(#request: &#ty) -> ::core::option::Option<&dyn #private::Caller> {
                #body
            }
        }
    }

    fn redirect(&self) -> TokenStream {
        let (private, request, to) = (self.server.private(), local("request"), local("to"));
        let ty = Message::Request.ty(self.server);
        let body = self.replies(&quote!(ref mut), |reply| quote!(#reply.redirect(#to)));
        quote! {
            fn redirect(#request: &mut #ty, #to: &#private::Arc<#private::Life>) {
                #body
            }
        }
    }

    /// `match *request { StoreRequest::Get { ref reply, .. } => reply.caller(), … }`
    fn replies(&self, by: &TokenStream, then: impl Fn(&Ident) -> TokenStream) -> TokenStream {
        let (server, request) = (self.server, local("request"));
        let arms = Message::Request.handlers(server).map(|handler| {
            let (attrs, variant, reply) =
                (handler.attrs(Place::Code), &handler.variant, reply_field(handler));
            let (message, then) = (Message::Request.ident(server), then(&reply));
            quote!(#(#attrs)* #message::#variant { #by #reply, .. } => #then,)
        });
        let unused = message::unused_arm_by_reference(server, Message::Request);
        quote! {
            match *#request {
                #(#arms)*
                #unused
            }
        }
    }

    fn requests_now(&self) -> TokenStream {
        let (private, param) = (self.server.private(), &self.param);
        let [state, request, ctx] = ["server", "request", "ctx"].map(local);
        let ty = Message::Request.ty(self.server);
        let body = self.matching(Message::Request, |handler, pattern| {
            let (field, tuple, reply) = (field(handler), handler.argument_tuple(), reply_field(handler));
            let param = self.param_at(handler);
            quote_spanned! {location(handler)=>
                #param::HANDLERS.#field
                    .call_now(#state, #ctx, #tuple, #reply)
                    .map_err(|(#tuple, #reply)| #pattern)
            }
        });
        quote! {
            fn handle_request_now<#param: #private::Handles<Self>>(
                #state: &mut #param,
                #request: #ty,
                #ctx: &mut #private::ContextOf<#param>,
            ) -> ::core::result::Result<(), #ty> {
                #body
            }
        }
    }

    fn requests(&self) -> TokenStream {
        let (krate, private, param) = (self.server.krate(), self.server.private(), &self.param);
        let [state, request, ctx] = ["server", "request", "ctx"].map(local);
        let ty = Message::Request.ty(self.server);
        let body = self.matching(Message::Request, |handler, _| {
            let (field, tuple, reply) = (field(handler), handler.argument_tuple(), reply_field(handler));
            let param = self.param_at(handler);
            quote_spanned!(location(handler)=> #param::HANDLERS.#field.call(#state, #ctx, #tuple, #reply))
        });
        quote! {
            fn handle_request<'a, #param: #private::Handles<Self> + #krate::BackgroundTask>(
                #state: &'a mut #param,
                #request: #ty,
                #ctx: &'a mut #private::ContextOf<#param>,
            ) -> #private::BoxFuture<'a, ()> {
                #body
            }
        }
    }

    fn casts_now(&self) -> TokenStream {
        let (private, param) = (self.server.private(), &self.param);
        let [state, cast, ctx] = ["server", "cast", "ctx"].map(local);
        let ty = Message::Cast.ty(self.server);
        let body = self.matching(Message::Cast, |handler, pattern| {
            let (field, tuple, name) = (field(handler), handler.argument_tuple(), handler.name());
            let (here, param) = (located(self.server.private(), handler), self.param_at(handler));
            quote_spanned! {location(handler)=>
                #here::Handler::cast_now(&#param::HANDLERS.#field, #state, #ctx, #tuple, #name)
                    .map_err(|#tuple| #pattern)
            }
        });
        quote! {
            fn handle_cast_now<#param: #private::Handles<Self>>(
                #state: &mut #param,
                #cast: #ty,
                #ctx: &mut #private::ContextOf<#param>,
            ) -> ::core::result::Result<::core::result::Result<(), #private::Fault>, #ty> {
                #body
            }
        }
    }

    fn casts(&self) -> TokenStream {
        let (krate, private, param) = (self.server.krate(), self.server.private(), &self.param);
        let [state, cast, ctx] = ["server", "cast", "ctx"].map(local);
        let ty = Message::Cast.ty(self.server);
        let body = self.matching(Message::Cast, |handler, _| {
            let (field, tuple, name) = (field(handler), handler.argument_tuple(), handler.name());
            let (here, param) = (located(self.server.private(), handler), self.param_at(handler));
            quote_spanned! {location(handler)=>
                #here::Handler::cast(&#param::HANDLERS.#field, #state, #ctx, #tuple, #name)
            }
        });
        quote! {
            fn handle_cast<'a, #param: #private::Handles<Self> + #krate::BackgroundTask>(
                #state: &'a mut #param,
                #cast: #ty,
                #ctx: &'a mut #private::ContextOf<#param>,
            ) -> #private::BoxFuture<'a, ::core::result::Result<(), #private::Fault>> {
                #body
            }
        }
    }

    /// What rustc says of a handler's error is to stand at the handler.
    fn param_at(&self, handler: &Handler<'_>) -> Ident {
        Ident::new(&self.param.to_string(), location(handler))
    }

    /// Matches a message; `then` is given the handler, and the pattern as which it can be put together again.
    fn matching(
        &self,
        message: Message,
        then: impl Fn(&Handler<'_>, &TokenStream) -> TokenStream,
    ) -> TokenStream {
        let value = local(if message == Message::Request { "request" } else { "cast" });
        let arms = message.handlers(self.server).map(|handler| {
            let reply = (message == Message::Request).then(|| reply_field(handler));
            let pattern = variant(message.ident(self.server), handler, reply.as_ref());
            let (attrs, then) = (handler.attrs(Place::Code), then(handler, &pattern));
            quote!(#(#attrs)* #pattern => #then,)
        });
        let unused = message::unused_arm(self.server, message);
        quote! {
            match #value {
                #(#arms)*
                #unused
            }
        }
    }
}

/// The field of the handlers that says how this one is handled.
pub(super) fn field(handler: &Handler<'_>) -> Ident {
    names::generated(handler.ident())
}
