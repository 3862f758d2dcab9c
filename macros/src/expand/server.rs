//! What the runtime has to know of a server, and of both kinds.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};

use super::call::{code_attrs, handler_call, located, location, outcome, variant};
use super::dispatch::dispatch;
use super::message::Message;
use super::speaks;
use crate::handler::{Handler, Meaning, Param};
use crate::kind::{Kind, Role};
use crate::model::Server;
use crate::names::{self, local};

/// What clients have to know of either kind.
pub(super) fn protocol(server: &Server<'_>) -> TokenStream {
    let (generics, _, where_clause) = server.generics.split_for_impl();
    let (krate, private, self_ty) = (server.krate(), server.private(), server.self_ty);
    let [call, cast, request] =
        [Message::Call, Message::Cast, Message::Request].map(|message| message.ty(server));
    let (client, name) = (server.client_type(), names::text(server.title));
    let kind = if server.kind == Kind::Agent { quote!(AgentKind) } else { quote!(ServerKind) };
    let setters = server.options.setters();
    let options = (!setters.is_empty())
        .then(|| quote!(fn options() -> #krate::Options { #krate::Options::new() #setters }));
    quote! {
        impl #generics #krate::Protocol for #self_ty #where_clause {
            type Call = #call;
            type Cast = #cast;
            type Request = #request;
            type Client = #client;
            type Kind = #private::#kind;

            const NAME: &'static str = #name;

            #options
        }
    }
}

/// What the runtime has to know of either kind besides.
pub(super) fn gen_server(server: &Server<'_>) -> TokenStream {
    let (generics, _, where_clause) = server.generics.split_for_impl();
    let (krate, self_ty) = (server.krate(), server.self_ty);
    let format_status = each(server, Role::FormatStatus, format_status);
    let protocols = speaks::list(server);
    quote! {
        impl #generics #krate::GenServer for #self_ty #where_clause {
            #format_status

            #protocols
        }
    }
}

/// `fn shown(&self) -> impl Display` → the text that it prints.
fn format_status(server: &Server<'_>, handler: &Handler<'_>) -> TokenStream {
    let (private, location) = (server.private(), location(handler));
    let (here, shown) = (located(server.private(), handler), handler_call(server, handler, &local("reply")));
    let text = quote_spanned!(location=> #here::shown(&#shown));
    quote! {
        fn format_status(&self) -> ::core::option::Option<#private::String> {
            ::core::option::Option::Some(#text)
        }
    }
}

pub(super) fn background_task(server: &Server<'_>) -> TokenStream {
    let (generics, _, where_clause) = server.generics.split_for_impl();
    let (krate, self_ty, info) = (server.krate(), server.self_ty, Message::Info.ty(server));
    let parts = [
        each(server, Role::Exit, |_, _| {
            quote!(
                const TRAPS_EXITS: bool = true;
            )
        }),
        each(server, Role::Terminate, takes_left),
        schedule(server),
        each(server, Role::Idle, idle),
        each(server, Role::Down, |server, handler| notice(server, handler, "down", "Down")),
        each(server, Role::Exit, |server, handler| notice(server, handler, "exit", "Exit")),
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

/// Prints an item for each handler of a role: one, or several of which `cfg` leaves one.
fn each<T: Into<Option<TokenStream>>>(
    server: &Server<'_>,
    role: Role,
    item: impl Fn(&Server<'_>, &Handler<'_>) -> T,
) -> TokenStream {
    let sound = server.handlers_of(role).filter(|handler| handler.is_sound);
    sound
        .filter_map(|handler| {
            let (attrs, item) = (code_attrs(handler), item(server, handler).into()?);
            Some(quote!(#attrs #item))
        })
        .collect()
}

fn schedule(server: &Server<'_>) -> TokenStream {
    let timers = each(server, Role::Every, timer);
    if timers.is_empty() {
        return timers;
    }
    let (krate, ctx) = (server.krate(), local("ctx"));
    quote! {
        fn schedule(#ctx: &mut #krate::Context<Self>) {
            #timers
        }
    }
}

/// `ctx.every(Duration::from_secs(30), WorkerInfo::tick);`
fn timer(server: &Server<'_>, handler: &Handler<'_>) -> Option<TokenStream> {
    let (ctx, info, tick) = (local("ctx"), &server.names.info, handler.ident());
    let every = format_ident!("{}", if handler.args.now { "every_now" } else { "every" });
    // Where it is missing, it has been asked for already.
    let period = handler.args.period.as_ref()?;
    Some(quote!(#ctx.#every(#period, #info::#tick);))
}

fn idle(server: &Server<'_>, handler: &Handler<'_>) -> Option<TokenStream> {
    let quiet = variant(&server.names.info, handler, None);
    let period = handler.args.period.as_ref()?;
    Some(quote! {
        fn idle() -> ::core::option::Option<(::core::time::Duration, Self::Info)> {
            ::core::option::Option::Some((#period, #quiet))
        }
    })
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

/// Where nobody wants them, the runtime drops what is left one by one.
fn takes_left(_: &Server<'_>, handler: &Handler<'_>) -> Option<TokenStream> {
    let is_left = |param: &Param<'_>| matches!(param.meaning, Meaning::Left);
    handler.params.iter().any(is_left).then(|| {
        quote!(
            const TAKES_LEFT: bool = true;
        )
    })
}

fn terminate(server: &Server<'_>, handler: &Handler<'_>) -> TokenStream {
    let (krate, private, cast) = (server.krate(), server.private(), Message::Cast.ty(server));
    let (reason, left, ctx) = (local("reason"), local("left"), local("ctx"));
    let outcome = outcome(server, handler);
    quote! {
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
