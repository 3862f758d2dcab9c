//! What the runtime has to know of a server, and of both kinds.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::call::{code_attrs, outcome, variant};
use super::dispatch::dispatch;
use super::message::Message;
use crate::handler::{Handler, Meaning, Param};
use crate::kind::{Kind, Role};
use crate::model::Server;
use crate::names::{self, local};

/// What the runtime has to know of either kind.
pub(super) fn gen_server(server: &Server<'_>) -> TokenStream {
    let (generics, _, where_clause) = server.generics.split_for_impl();
    let (krate, private, self_ty) = (server.krate(), server.private(), server.self_ty);
    let [call, cast, request] =
        [Message::Call, Message::Cast, Message::Request].map(|message| message.ty(server));
    let (client, name) = (server.client_type(), names::text(server.title));
    let engine = match server.kind {
        Kind::Agent => quote!(AgentEngine),
        Kind::Server => quote!(ServerEngine),
    };
    let setters = server.options.setters();
    let options = (!setters.is_empty())
        .then(|| quote!(fn options() -> #krate::Options { #krate::Options::new() #setters }));
    quote! {
        impl #generics #krate::GenServer for #self_ty #where_clause {
            type Call = #call;
            type Cast = #cast;
            type Request = #request;
            type Client = #client;
            type Engine = #private::#engine<Self>;

            const NAME: &'static str = #name;

            #options
        }
    }
}

pub(super) fn background_task(server: &Server<'_>) -> TokenStream {
    let (generics, _, where_clause) = server.generics.split_for_impl();
    let (krate, self_ty, info) = (server.krate(), server.self_ty, Message::Info.ty(server));
    let parts = [
        schedule(server),
        each(server, Role::Idle, idle),
        each(server, Role::Down, |server, handler| notice(server, handler, "down", "Down")),
        each(server, Role::Exit, exit),
        each(server, Role::AfterInit, after_init),
        dispatch(server),
        each(server, Role::Terminate, terminate),
    ];
    quote! {
        impl #generics #krate::BackgroundTask for #self_ty #where_clause {
            type Info = #info;

            #(#parts)*
        }
    }
}

/// Prints a method for each handler of a role: one, or several of which `cfg` leaves one.
fn each(
    server: &Server<'_>,
    role: Role,
    method: impl Fn(&Server<'_>, &Handler<'_>) -> TokenStream,
) -> TokenStream {
    let sound = server.handlers_of(role).filter(|handler| handler.is_sound);
    sound
        .map(|handler| {
            let (attrs, method) = (code_attrs(handler), method(server, handler));
            quote!(#attrs #method)
        })
        .collect()
}

fn schedule(server: &Server<'_>) -> TokenStream {
    let (krate, ctx) = (server.krate(), local("ctx"));
    let mut timers = server.handlers_of(Role::Every).filter(|handler| handler.is_sound).peekable();
    if timers.peek().is_none() {
        return TokenStream::new();
    }
    let timers = timers.filter_map(|handler| {
        let (attrs, info, tick) = (code_attrs(handler), &server.names.info, handler.ident());
        let (every, period) =
            (if handler.args.now { "every_now" } else { "every" }, handler.args.period.as_ref()?);
        let every = format_ident!("{every}");
        Some(quote!(#attrs #ctx.#every(#period, #info::#tick);))
    });
    quote! {
        fn schedule(#ctx: &mut #krate::Context<Self>) {
            #(#timers)*
        }
    }
}

fn idle(server: &Server<'_>, handler: &Handler<'_>) -> TokenStream {
    let quiet = variant(&server.names.info, handler, None);
    // What the literal should have been has been asked for already.
    let period = handler.args.period.as_ref();
    let value = period.map_or_else(
        || quote!(::core::option::Option::None),
        |period| quote!(::core::option::Option::Some((#period, #quiet))),
    );
    quote! {
        fn idle() -> ::core::option::Option<(::core::time::Duration, Self::Info)> {
            #value
        }
    }
}

/// `down` or `exit`: what a monitor or a link tells → the info that the server has for it.
fn notice(server: &Server<'_>, handler: &Handler<'_>, name: &str, ty: &str) -> TokenStream {
    let (krate, name, ty) = (server.krate(), format_ident!("{name}"), format_ident!("{ty}"));
    let (arguments, info) = (handler.argument_names(), variant(&server.names.info, handler, None));
    quote! {
        fn #name(#(#arguments: #krate::#ty)*) -> ::core::option::Option<Self::Info> {
            ::core::option::Option::Some(#info)
        }
    }
}

fn exit(server: &Server<'_>, handler: &Handler<'_>) -> TokenStream {
    let (attrs, notice) = (code_attrs(handler), notice(server, handler, "exit", "Exit"));
    quote! {
        const TRAPS_EXITS: bool = true;

        #attrs
        #notice
    }
}

fn after_init(server: &Server<'_>, handler: &Handler<'_>) -> TokenStream {
    let (krate, private, ctx) = (server.krate(), server.private(), local("ctx"));
    let outcome = outcome(server, handler);
    quote! {
        async fn after_init(
            &mut self,
            #ctx: &mut #krate::Context<Self>,
        ) -> ::core::result::Result<(), #private::Fault> {
            #outcome
        }
    }
}

fn terminate(server: &Server<'_>, handler: &Handler<'_>) -> TokenStream {
    let (krate, private, cast) = (server.krate(), server.private(), Message::Cast.ty(server));
    let (reason, left, ctx) = (local("reason"), local("left"), local("ctx"));
    let outcome = outcome(server, handler);
    let is_left = |param: &Param<'_>| matches!(param.meaning, Meaning::Left);
    // Where nobody wants them, the runtime drops what is left one by one.
    let takes_left = handler.params.iter().any(is_left).then(|| {
        quote!(
            const TAKES_LEFT: bool = true;
        )
    });
    quote! {
        #takes_left

        async fn terminate(
            &mut self,
            #reason: &#krate::ExitReason,
            #left: #private::Vec<#cast>,
            #ctx: &mut #krate::Context<Self>,
        ) -> ::core::result::Result<(), #private::Fault> {
            #outcome
        }
    }
}
