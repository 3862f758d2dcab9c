//! The message enums: a variant a handler, a field an argument.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{GenericParam, Ident};

use super::call::{self, code_attrs};
use super::conversion;
use super::docs::{handler_link, link};
use super::speaks;
use crate::attrs::Place;
use crate::handler::{Handler, ReplyBy};
use crate::kind::Direction;
use crate::model::Server;
use crate::names::{self, local};
use crate::speaks::Spoken;

/// One enum.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Message {
    Call,
    Cast,
    Info,
    /// The calls, with where their replies go.
    Request,
}

impl Message {
    fn direction(self) -> Direction {
        match self {
            Self::Call | Self::Request => Direction::Call,
            Self::Cast => Direction::Cast,
            Self::Info => Direction::Info,
        }
    }

    pub(super) fn ident<'s>(self, server: &'s Server<'_>) -> &'s Ident {
        match self {
            Self::Call => &server.names.call,
            Self::Cast => &server.names.cast,
            Self::Info => &server.names.info,
            Self::Request => &server.names.request,
        }
    }

    /// The handlers that have a variant.
    pub(super) fn handlers<'s, 'a>(self, server: &'s Server<'a>) -> impl Iterator<Item = &'s Handler<'a>> {
        self.declared(server).filter(|handler| handler.is_sound)
    }

    /// All that are meant to have one.
    pub(super) fn declared<'s, 'a>(self, server: &'s Server<'a>) -> impl Iterator<Item = &'s Handler<'a>> {
        server.handlers.iter().filter(move |handler| handler.role.direction() == Some(self.direction()))
    }

    /// Those of the protocols that a server speaks are messages of its own.
    pub(super) fn protocols<'s>(self, server: &'s Server<'_>) -> &'s [Spoken] {
        if self == Self::Info { &[] } else { &server.protocols }
    }

    /// Without a handler, not even a broken one, there is no enum.
    fn exists(self, server: &Server<'_>) -> bool {
        self.declared(server).next().is_some() || !self.protocols(server).is_empty()
    }

    /// The type of these messages.
    pub(super) fn ty(self, server: &Server<'_>) -> TokenStream {
        if !self.exists(server) {
            let private = server.private();
            return quote!(#private::Nothing);
        }
        let ident = self.ident(server);
        let (_, arguments, _) = server.generics.split_for_impl();
        quote!(#ident #arguments)
    }

    fn doc(self, server: &Server<'_>) -> String {
        let link = link(server);
        let rest = "as plain data: a variant a handler, a field an argument.";
        match self {
            Self::Call => format!(" The calls of {link} {rest}"),
            Self::Cast => format!(" The casts to {link} {rest}"),
            Self::Info => format!(" The infos for {link} {rest}"),
            Self::Request => {
                format!(" What travels to {link} when it is called: a call, and where its reply goes.")
            }
        }
    }

    pub(super) fn variant_doc(self, server: &Server<'_>, handler: &Handler<'_>) -> String {
        let link = handler_link(server, handler);
        match self {
            Self::Call | Self::Request => format!(" A call of {link}."),
            Self::Cast => format!(" A cast to {link}."),
            Self::Info => format!(" An info for {link}."),
        }
    }
}

pub(super) fn items(server: &Server<'_>) -> Vec<TokenStream> {
    let mut items = Vec::new();
    for message in [Message::Call, Message::Cast, Message::Info, Message::Request] {
        if message.exists(server) {
            items.push(declaration(server, message));
            items.push(message_impl(server, message));
            items.extend(debug_impl(server, message));
        }
    }
    if Message::Request.exists(server) {
        items.push(conversion::call_from_request(server));
    }
    if Message::Info.exists(server) {
        items.push(conversion::constructors(server));
    }
    items
}

fn declaration(server: &Server<'_>, message: Message) -> TokenStream {
    let (generics, where_clause) = (&server.generics, &server.generics.where_clause);
    let (vis, ident, doc) = (&server.vis, message.ident(server), message.doc(server));
    let variants = message.handlers(server).map(|handler| variant(server, message, handler));
    let protocols = speaks::variants(server, message);
    let unused = unused_variant(server, message);
    let derives = &server.options.derives;
    // A request holds a `ReplyTo`, for which hardly anything can be derived.
    let derives =
        (message != Message::Request && !derives.is_empty()).then(|| quote!(#[derive(#(#derives),*)]));
    quote! {
        #[doc = #doc]
        #derives
        #vis enum #ident #generics #where_clause {
            #(#variants,)*
            #(#protocols,)*
            #unused
        }
    }
}

fn variant(server: &Server<'_>, message: Message, handler: &Handler<'_>) -> TokenStream {
    let (attrs, variant) = (handler.attrs(Place::Item), &handler.variant);
    let doc = message.variant_doc(server, handler);
    let mut fields: Vec<_> = handler
        .arguments()
        .filter_map(|argument| {
            let (ident, ty) = (argument.ident.as_ref()?, &argument.ty);
            let doc = format!(" The argument `{}`.", names::text(ident));
            Some(quote!(#[doc = #doc] #ident: #ty))
        })
        .collect();
    if message == Message::Request {
        fields.push(reply_field(server, handler));
    }
    if fields.is_empty() {
        return quote!(#[doc = #doc] #(#attrs)* #variant);
    }
    quote!(#[doc = #doc] #(#attrs)* #variant { #(#fields),* })
}

fn reply_field(server: &Server<'_>, handler: &Handler<'_>) -> TokenStream {
    let (krate, ident, ty) = (server.krate(), call::reply_field(handler), reply_type(server, handler));
    quote!(#[doc = " Where the reply goes."] #ident: #krate::ReplyTo<#ty>)
}

/// What the reply of a call is, as the client gets it.
pub(super) fn reply_type(server: &Server<'_>, handler: &Handler<'_>) -> TokenStream {
    let ty = &handler.reply.ty;
    match handler.reply.by {
        ReplyBy::Return | ReplyBy::ReplyTo => ty.to_token_stream(),
        ReplyBy::ReplyStream => {
            let krate = server.krate();
            quote!(#krate::Replies<#ty>)
        }
    }
}

/// A variant that mentions the type parameters that no other does, and that no value can have.
///
/// rustc refuses an enum that does not mention all its parameters (E0392).
fn unused_variant(server: &Server<'_>, message: Message) -> Option<TokenStream> {
    let unused = unmentioned(server, message);
    if unused.is_empty() {
        return None;
    }
    let private = server.private();
    Some(quote! {
        #[doc(hidden)]
        __Unused(::core::marker::PhantomData<fn() -> (#(#unused,)*)>, #private::Nothing)
    })
}

fn unmentioned<'s>(server: &'s Server<'_>, message: Message) -> Vec<&'s Ident> {
    if !message.exists(server) {
        return Vec::new();
    }
    // What is under a `cfg` may not be there.
    let there = message.handlers(server).filter(|handler| !handler.is_conditional());
    let types: Vec<TokenStream> = there
        .flat_map(|handler| {
            let reply = (message == Message::Request).then(|| reply_type(server, handler));
            handler.arguments().map(|argument| argument.ty.to_token_stream()).chain(reply).collect::<Vec<_>>()
        })
        .chain(message.protocols(server).iter().map(|spoken| spoken.protocol.to_token_stream()))
        .collect();
    let params = server.generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) => Some(&param.ident),
        _ => None,
    });
    params.filter(|param| !types.iter().any(|ty| names::mentions(ty.clone(), param))).collect()
}

/// The arm for the variant that no value can have.
pub(super) fn unused_arm(server: &Server<'_>, message: Message) -> Option<TokenStream> {
    let (ident, nothing) = (message.ident(server), local("nothing"));
    (!unmentioned(server, message).is_empty())
        .then(|| quote!(#ident::__Unused(_, #nothing) => match #nothing {},))
}

/// The same, where the message is borrowed.
pub(super) fn unused_arm_by_reference(server: &Server<'_>, message: Message) -> Option<TokenStream> {
    let (ident, nothing) = (message.ident(server), local("nothing"));
    (!unmentioned(server, message).is_empty())
        .then(|| quote!(#ident::__Unused(_, ref #nothing) => match *#nothing {},))
}

fn message_impl(server: &Server<'_>, message: Message) -> TokenStream {
    let (generics, _, where_clause) = server.generics.split_for_impl();
    let (krate, ty) = (server.krate(), message.ty(server));
    let arms = message.handlers(server).map(|handler| {
        let (attrs, variant, name) = (handler.attrs(Place::Code), &handler.variant, handler.name());
        quote!(#(#attrs)* Self::#variant { .. } => #name,)
    });
    let protocols = speaks::message_names(server, message);
    let nothing = local("nothing");
    let unused = (!unmentioned(server, message).is_empty())
        .then(|| quote!(Self::__Unused(_, ref #nothing) => match *#nothing {},));
    // By value, since an enum without variants can be matched like that only.
    quote! {
        impl #generics #krate::Message for #ty #where_clause {
            fn name(&self) -> &'static str {
                match *self {
                    #(#arms)*
                    #(#protocols)*
                    #unused
                }
            }
        }
    }
}

/// Prints the handler's name, since the arguments need not be `Debug`.
fn debug_impl(server: &Server<'_>, message: Message) -> Option<TokenStream> {
    if message != Message::Request && server.options.derives("Debug") {
        return None;
    }
    let (generics, _, where_clause) = server.generics.split_for_impl();
    let (krate, ty) = (server.krate(), message.ty(server));
    Some(quote! {
        impl #generics ::core::fmt::Debug for #ty #where_clause {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(#krate::Message::name(self))
            }
        }
    })
}

/// `info => …`: the messages that are not taken apart.
///
/// Where a `cfg` may leave none of them, rustc would warn of such an arm: then each has one of its own.
pub(super) fn rest(
    server: &Server<'_>,
    message: Message,
    handlers: &[&Handler<'_>],
    value: &Ident,
    then: &TokenStream,
) -> TokenStream {
    if handlers.is_empty() {
        return TokenStream::new();
    }
    if !handlers.iter().all(|handler| handler.is_conditional()) {
        return quote!(#value => #then,);
    }
    let arms = handlers.iter().map(|handler| {
        let (attrs, variant) = (handler.attrs(Place::Code), &handler.variant);
        let message = message.ident(server);
        quote!(#(#attrs)* #value @ #message::#variant { .. } => #then,)
    });
    arms.collect()
}

/// An arm that hands a message to its handler.
pub(super) fn arm(
    server: &Server<'_>,
    message: Message,
    handler: &Handler<'_>,
    then: &TokenStream,
) -> TokenStream {
    let reply = (message == Message::Request).then(|| call::reply_field(handler));
    let pattern = call::variant(message.ident(server), handler, reply.as_ref());
    let attrs = code_attrs(handler);
    quote!(#attrs #pattern => #then,)
}
