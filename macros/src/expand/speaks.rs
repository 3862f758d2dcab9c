//! The protocols that a server speaks besides its own: their messages in its own, and what leads there.
//!
//! Of a protocol only the trait has a name here; all else is found by way of `dyn Store`.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::Ident;

use super::message::Message;
use crate::kind::Kind;
use crate::model::Server;
use crate::names::{self, local};
use crate::place::located_at;
use crate::speaks::Spoken;

/// `Store(<ProtocolOf<dyn Store, Disk> as Protocol>::Call)`
pub(super) fn variants(server: &Server<'_>, message: Message) -> Vec<TokenStream> {
    let each = message.protocols(server).iter().map(|spoken| {
        let (variant, ty, link) = (&spoken.variant, ty(server, spoken, message), link(spoken));
        let doc = match message {
            Message::Call | Message::Request => format!(" A call of {link}."),
            Message::Cast | Message::Info => format!(" A cast of {link}."),
        };
        quote!(#[doc = #doc] #variant(#ty))
    });
    each.collect()
}

/// ``[`Store`]``, and by its path where that is longer.
fn link(spoken: &Spoken) -> String {
    let (path, variant) = (spoken.name(), names::text(&spoken.variant));
    if path == variant { format!("[`{path}`]") } else { format!("[`{variant}`]({path})") }
}

/// The messages of the protocol: `<ProtocolOf<dyn Store, Disk> as Protocol>::Call`
fn ty(server: &Server<'_>, spoken: &Spoken, message: Message) -> TokenStream {
    let (place, protocol) = (spoken.location(), &spoken.protocol);
    let krate = located_at(server.krate(), place);
    let name = match message {
        Message::Call => quote!(Call),
        Message::Cast | Message::Info => quote!(Cast),
        Message::Request => quote!(Request),
    };
    quote_spanned!(place=> <#protocol as #krate::Protocol>::#name)
}

/// What such a message is called: the protocol knows.
pub(super) fn message_names(server: &Server<'_>, message: Message) -> Vec<TokenStream> {
    let (krate, value) = (server.krate(), local("message"));
    let each = message
        .protocols(server)
        .iter()
        .map(|Spoken { variant, .. }| quote!(Self::#variant(ref #value) => #krate::Message::name(#value),));
    each.collect()
}

/// The plain calls of requests.
pub(super) fn calls_from_requests(server: &Server<'_>) -> Vec<TokenStream> {
    let (message, request) = (&server.names.request, local("request"));
    let each = server.protocols.iter().map(|Spoken { variant, .. }| {
        quote!(#message::#variant(#request) => Self::#variant(::core::convert::From::from(#request)),)
    });
    each.collect()
}

/// Who waits for the reply to a request.
pub(super) fn callers(server: &Server<'_>) -> Vec<TokenStream> {
    let (private, message, request) = (server.private(), &server.names.request, local("request"));
    let each = server.protocols.iter().map(|Spoken { variant, protocol, .. }| {
        quote!(#message::#variant(ref #request) => <#protocol as #private::Spoken>::caller(#request),)
    });
    each.collect()
}

/// Dispatch of an agent, whose handlers never wait.
pub(super) fn agent_arms(server: &Server<'_>, message: Message) -> Vec<TokenStream> {
    let nothing =
        if message == Message::Request { quote!(()) } else { quote!(::core::result::Result::Ok(())) };
    let handled = |spoken: &Spoken| {
        let handled = handled(server, message, spoken, "_now", &quote!(&mut ()));
        quote!(#handled.unwrap_or(#nothing))
    };
    arms_with(server, message, handled)
}

/// Dispatch of a server: to the handlers that cannot wait.
pub(super) fn arms_now(server: &Server<'_>, message: Message) -> Vec<TokenStream> {
    let (ident, ctx) = (message.ident(server), local("ctx").to_token_stream());
    let handled = |spoken: &Spoken| {
        let (handled, variant) = (handled(server, message, spoken, "_now", &ctx), &spoken.variant);
        quote!(#handled.map_err(#ident::#variant))
    };
    arms_with(server, message, handled)
}

/// Dispatch of a server: to those that can.
pub(super) fn arms(server: &Server<'_>, message: Message) -> Vec<TokenStream> {
    let ctx = local("ctx").to_token_stream();
    let handled = |spoken: &Spoken| {
        let handled = handled(server, message, spoken, "", &ctx);
        quote!(#handled.await)
    };
    arms_with(server, message, handled)
}

fn arms_with(
    server: &Server<'_>,
    message: Message,
    then: impl Fn(&Spoken) -> TokenStream,
) -> Vec<TokenStream> {
    let (ident, value) = (message.ident(server), local(what(message)));
    let each = message.protocols(server).iter().map(|spoken| {
        let (variant, then) = (&spoken.variant, then(spoken));
        quote!(#ident::#variant(#value) => #then,)
    });
    each.collect()
}

fn what(message: Message) -> &'static str {
    if message == Message::Request { "request" } else { "cast" }
}

/// `server_speech::<dyn Store, Self>().cast_now(self, cast, ctx)`
fn handled(
    server: &Server<'_>,
    message: Message,
    spoken: &Spoken,
    how: &str,
    ctx: &TokenStream,
) -> TokenStream {
    let (speech, value) = (speech(server, spoken), local(what(message)));
    let name = format_ident!("{}{how}", what(message));
    quote!(#speech.#name(self, #value, #ctx))
}

/// All that is asked of the handlers: that there are none is said once, and where the protocol is named.
fn speech(server: &Server<'_>, spoken: &Spoken) -> TokenStream {
    let (place, object) = (spoken.location(), &spoken.object);
    let private = located_at(server.private(), place);
    let name = if server.kind == Kind::Agent { "agent_speech" } else { "server_speech" };
    let name = Ident::new(name, place);
    quote_spanned!(place=> #private::#name::<#object, Self>())
}

/// What tells whoever asks which protocols the server speaks.
pub(super) fn list(server: &Server<'_>) -> Option<TokenStream> {
    let (private, ask) = (server.private(), local("ask"));
    let each = server.protocols.iter().map(|Spoken { protocol, .. }| quote!(#ask.speaks::<#protocol>();));
    let each: Vec<_> = each.collect();
    (!each.is_empty()).then(|| {
        quote! {
            fn protocols(#ask: &mut #private::Ask<'_, Self>) {
                #(#each)*
            }
        }
    })
}

/// What leads from the protocols to the server.
pub(super) fn items(server: &Server<'_>) -> Vec<TokenStream> {
    server.protocols.iter().flat_map(|spoken| [speaks_impl(server, spoken), client(server, spoken)]).collect()
}

fn speaks_impl(server: &Server<'_>, spoken: &Spoken) -> TokenStream {
    let (generics, _, where_clause) = server.generics.split_for_impl();
    let (krate, private, self_ty) = (server.krate(), server.private(), server.self_ty);
    let Spoken { protocol, variant, .. } = spoken;
    let (request, request_ty) = (&server.names.request, ty(server, spoken, Message::Request));
    let (cast, cast_ty) = (&server.names.cast, ty(server, spoken, Message::Cast));
    let [request_value, cast_value, client] = ["request", "cast", "client"].map(local);
    let (own_request, own_cast) = (Message::Request.ty(server), Message::Cast.ty(server));
    let speech = speech(server, spoken);
    quote! {
        impl #generics #krate::Speaks<#protocol> for #self_ty #where_clause {
            fn request(#request_value: #request_ty) -> #own_request {
                #request::#variant(#request_value)
            }

            fn cast(#cast_value: #cast_ty) -> #own_cast {
                #cast::#variant(#cast_value)
            }

            fn widen(#client: #private::Shared<Self>) -> #private::Shared<#protocol> {
                #speech.widen(#client)
            }
        }
    }
}

/// `let store: StoreClient = disk.into();`
///
/// The client is that for this server: of a type of another crate, coherence knows only what it says of one of ours.
fn client(server: &Server<'_>, Spoken { object, .. }: &Spoken) -> TokenStream {
    let (generics, _, where_clause) = server.generics.split_for_impl();
    let (krate, private, self_ty) = (server.krate(), server.private(), server.self_ty);
    let (own, client) = (server.client_type(), local("client"));
    quote! {
        impl #generics ::core::convert::From<#own> for <#object as #private::ProtocolFor<#self_ty>>::Client #where_clause {
            fn from(#client: #own) -> Self {
                #krate::ClientOf::from_place(#private::Place::widened(&#client.place))
            }
        }
    }
}
