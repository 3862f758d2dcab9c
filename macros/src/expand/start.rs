//! How to start one: `Counter::start(…)` and `Counter::spec(…)`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::call::{allow_deprecated, awaited, located, location};
use super::client::{allow_many_arguments, converted, parameters};
use super::docs::link;
use crate::attrs::Place;
use crate::handler::{Handler, Meaning};
use crate::kind::{Kind, Role};
use crate::model::Server;
use crate::names::local;
use crate::ty;

pub(super) fn items(server: &Server<'_>) -> Option<TokenStream> {
    let (generics, _, where_clause) = server.generics.split_for_impl();
    let self_ty = server.self_ty;
    // One, or several of which `cfg` leaves one.
    let functions: Vec<_> =
        server.handlers_of(Role::Init).flat_map(|init| [start(server, init), spec(server, init)]).collect();
    (!functions.is_empty()).then(|| {
        quote! {
            impl #generics #self_ty #where_clause {
                #(#functions)*
            }
        }
    })
}

fn start(server: &Server<'_>, init: &Handler<'_>) -> Option<TokenStream> {
    let name = server.start.as_ref()?;
    let (attrs, allow) = (init.attrs(Place::Start), allows(init));
    let (vis, parameters, returned) = (&init.function.vis, parameters(init), started(server, init));
    let doc = format!(" Starts the {} {}.", server.kind, link(server));
    let apart = init.has_attr("doc").then(|| quote!(#[doc = ""]));
    let body = match &server.spec {
        Some(spec) if init.is_sound => {
            let values = init.argument_names();
            quote_spanned!(location(init)=> Self::#spec(#(#values),*).start())
        }
        _ => quote!(::core::unreachable!()),
    };
    Some(quote! {
        #[doc = #doc]
        #apart
        #(#attrs)*
        #allow
        #vis fn #name(#parameters) -> #returned {
            #body
        }
    })
}

fn allows(init: &Handler<'_>) -> TokenStream {
    let (many, deprecated) = (allow_many_arguments(init, 0), allow_deprecated(init));
    quote!(#many #deprecated)
}

/// What `start` gives: the client, if `init` has not failed.
fn started(server: &Server<'_>, init: &Handler<'_>) -> TokenStream {
    let (krate, location) = (located(server.krate(), init), location(init));
    let (self_ty, output) = (server.self_ty, &init.reply.ty);
    if server.kind == Kind::Server {
        return quote_spanned!(location=> #krate::Start<#self_ty, #output>);
    }
    let client = server.client_type();
    let arguments = ty::arguments(output);
    let (client, error) = match (ty::is_named(output, "Result"), &arguments[..]) {
        _ if ty::same(output, self_ty) => (client, None),
        (true, [output, error]) if ty::same(output, self_ty) => (client, Some(error)),
        (true, [output, error]) if is_option_of(output, self_ty) => {
            (quote!(::core::option::Option<#client>), Some(error))
        }
        // An alias: only its traits can tell.
        _ => return quote_spanned!(location=> #krate::Started<#self_ty, #output>),
    };
    let error = error.map(|error| quote!(<#error>));
    quote!(::core::result::Result<#client, #krate::StartError #error>)
}

fn is_option_of(ty: &syn::Type, inner: &syn::Type) -> bool {
    ty::is_named(ty, "Option") && ty::only_argument(ty).is_some_and(|argument| ty::same(argument, inner))
}

fn spec(server: &Server<'_>, init: &Handler<'_>) -> Option<TokenStream> {
    let name = server.spec.as_ref()?;
    let (krate, self_ty, output) = (located(server.krate(), init), server.self_ty, &init.reply.ty);
    let (attrs, allow, location) = (init.attrs(Place::Spec), allows(init), location(init));
    let (vis, parameters) = (&init.function.vis, parameters(init));
    let arguments = if init.is_sound { init.argument_tuple_type() } else { quote!(()) };
    let (ty, body) = if server.kind == Kind::Agent {
        (quote!(AgentSpec), agent_spec(server, init))
    } else {
        (quote!(ServerSpec), server_spec(server, init))
    };
    let body = if init.is_sound { body } else { quote!(::core::unreachable!()) };
    let returned = quote_spanned!(location=> #krate::#ty<#self_ty, #arguments, #output>);
    let doc = format!(" Describes the {} {}, to be named, supervised or started.", server.kind, link(server));
    Some(quote! {
        #[doc = #doc]
        #(#attrs)*
        #allow
        #vis fn #name(#parameters) -> #returned {
            #body
        }
    })
}

fn agent_spec(server: &Server<'_>, init: &Handler<'_>) -> TokenStream {
    let (private, location) = (located(server.private(), init), location(init));
    let (values, tuple, call) = (converted(init), init.argument_tuple(), init_call(server, init));
    quote_spanned!(location=> #private::agent_spec(#values, |#tuple| #call))
}

fn server_spec(server: &Server<'_>, init: &Handler<'_>) -> TokenStream {
    let (private, location) = (located(server.private(), init), location(init));
    let (values, tuple) = (converted(init), init.argument_tuple());
    // What is not async is made at once: a future that holds the arguments would have to be `Send` by itself.
    let future = if init.is_async() {
        let call = awaited(server, init, init_call(server, init));
        quote_spanned!(location=> async move { #call })
    } else {
        let call = init_call(server, init);
        quote_spanned!(location=> ::core::future::ready(#call))
    };
    let takes_context = init.params.iter().any(|param| matches!(param.meaning, Meaning::Context));
    let ctx = if takes_context { local("ctx") } else { local("_ctx") };
    quote_spanned! {location=>
        #private::server_spec(#values, |#tuple, #ctx| #private::Box::pin(#future))
    }
}

/// `<Worker>::init(config, ctx)`
fn init_call(server: &Server<'_>, init: &Handler<'_>) -> TokenStream {
    let (self_ty, ident) = (server.self_ty, init.ident());
    let values = init.params.iter().map(|param| match &param.meaning {
        Meaning::Argument(argument) => argument.ident.clone(),
        _ => Some(local("ctx")),
    });
    let location = location(init);
    quote_spanned!(location=> <#self_ty>::#ident(#(#values),*))
}
