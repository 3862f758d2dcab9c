//! How a server handles the messages of a protocol: a field a handler.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{GenericParam, Ident};

use super::call::code_attrs;
use super::docs::link;
use super::protocol::field;
use crate::attrs::Place;
use crate::handler::Handler;
use crate::kind::Role;
use crate::model::{self, Server};
use crate::names::{self, local};

/// The type parameter that stands for a server.
pub(super) fn param(server: &Server<'_>) -> Ident {
    names::type_param("S", server.input)
}

/// `StoreHandlers<S>`, `CacheHandlers<S, K, V>`
pub(super) fn ty(server: &Server<'_>, param: &Ident) -> TokenStream {
    let (handlers, arguments) = (&server.names.handlers, arguments(server));
    quote!(#handlers<#param, #(#arguments),*>)
}

pub(super) fn arguments<'s>(server: &'s Server<'_>) -> impl Iterator<Item = &'s Ident> {
    server.generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) => Some(&param.ident),
        GenericParam::Const(param) => Some(&param.ident),
        GenericParam::Lifetime(_) => None,
    })
}

/// The parameters of an impl, with one more before them: `<E, K: Hash, V>`.
pub(super) fn impl_generics(server: &Server<'_>, first: &TokenStream) -> TokenStream {
    let mut generics = server.generics.clone();
    model::without_defaults(&mut generics);
    let params = &generics.params;
    quote!(<#first, #params>)
}

pub(super) fn items(server: &Server<'_>) -> [TokenStream; 3] {
    [declaration(server), of_trait(server), queued(server)]
}

/// Those that can be handled.
pub(super) fn handlers<'s, 'a>(server: &'s Server<'a>) -> impl Iterator<Item = &'s Handler<'a>> {
    server.handlers.iter().filter(|handler| handler.is_sound)
}

fn declaration(server: &Server<'_>) -> TokenStream {
    let (krate, private, param) = (server.krate(), server.private(), param(server));
    let (vis, ident) = (&server.vis, &server.names.handlers);
    let (params, where_clause) = (&server.generics.params, &server.generics.where_clause);
    let doc = format!(" How a server handles the messages of {}.", link(server));
    let fields = handlers(server).map(|handler| {
        let (attrs, name) = (handler.attrs(Place::Item), field(handler));
        let (arguments, returned) = (handler.argument_tuple_type(), &handler.reply.ty);
        // Nobody waits for a cast: a handler that is given a reply to keep is none of it.
        let waits = (handler.role == Role::Cast).then(|| quote!(, #private::Told));
        quote!(#(#attrs)* #vis #name: #private::Handler<#param, #arguments, #returned #waits>)
    });
    let unused = unmentioned(server, &param);
    let unused = (!unused.is_empty())
        .then(|| quote!(#vis __unused: ::core::marker::PhantomData<fn() -> (#(#unused,)*)>));
    quote! {
        #[doc = #doc]
        #[doc(hidden)]
        #vis struct #ident<#param: #krate::GenServer, #params> #where_clause {
            #(#fields,)*
            #unused
        }
    }
}

/// The parameters that no field mentions which is there for sure: rustc refuses such a struct (E0392).
fn unmentioned(server: &Server<'_>, param: &Ident) -> Vec<Ident> {
    let there: Vec<_> = handlers(server).filter(|handler| !handler.is_conditional()).collect();
    let types: TokenStream = there
        .iter()
        .flat_map(|handler| [handler.argument_tuple_type(), handler.reply.ty.to_token_stream()])
        .collect();
    let is_server = there.is_empty().then(|| param.clone());
    let params = server.generics.type_params().map(|param| param.ident.clone());
    is_server.into_iter().chain(params.filter(|param| !names::mentions(types.clone(), param))).collect()
}

fn of_trait(server: &Server<'_>) -> TokenStream {
    let (krate, private, param) = (server.krate(), server.private(), param(server));
    let (_, arguments, _) = server.generics.split_for_impl();
    let title = server.title;
    let generics = impl_generics(server, &quote!(#param: #krate::GenServer));
    let (ty, state) = (ty(server, &param), local("server"));
    let fields = handlers(server).map(|handler| {
        let (attrs, name, ident) = (code_attrs(handler), field(handler), handler.ident());
        let (tuple, values) = (handler.argument_tuple(), handler.argument_names());
        let call = quote!(<#param as #title #arguments>::#ident(#state #(, #values)*));
        quote!(#attrs #name: #private::Handler::run(|#state, #tuple| #call),)
    });
    let unused = unused_value(server, &param);
    let predicates = server.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    // By way of a trait of ours, the methods of theirs have a use where all servers have handlers of their own.
    quote! {
        impl #generics #private::OfTrait for #ty
        where
            #param: #title #arguments,
            #(#predicates,)*
        {
            const OF_TRAIT: Self = Self {
                #(#fields)*
                #unused
            };
        }
    }
}

fn queued(server: &Server<'_>) -> TokenStream {
    let (krate, private, param) = (server.krate(), server.private(), param(server));
    let where_clause = &server.generics.where_clause;
    let generics = impl_generics(server, &quote!(#param: #krate::GenServer));
    let ty = ty(server, &param);
    let fields = handlers(server).map(|handler| {
        let (attrs, name) = (handler.attrs(Place::Code), field(handler));
        quote!(#(#attrs)* #name: #private::Handler::queued(),)
    });
    let unused = unused_value(server, &param);
    quote! {
        impl #generics #private::Queued for #ty #where_clause {
            const QUEUED: Self = Self {
                #(#fields)*
                #unused
            };
        }
    }
}

fn unused_value(server: &Server<'_>, param: &Ident) -> Option<TokenStream> {
    (!unmentioned(server, param).is_empty()).then(|| quote!(__unused: ::core::marker::PhantomData,))
}
