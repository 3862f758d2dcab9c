//! Dispatch of a server: from a message to its handler.
//!
//! Each direction has up to two matches. The first runs the handlers that cannot wait, with no future, and gives any
//! other message back; the second runs those that can. Where a direction has handlers of one kind only, it has one. Of a
//! protocol's handlers nothing is known here: its messages are in both.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::call::{code_attrs, handler_call, outcome, reply_field};
use super::message::{self, Message};
use super::speaks;
use crate::handler::{Handler, ReplyBy};
use crate::model::Server;
use crate::names::local;

pub(super) fn dispatch(server: &Server<'_>) -> TokenStream {
    let directions = [Message::Request, Message::Cast, Message::Info].map(|message| {
        let direction = Direction::new(server, message);
        let (now, later) = (direction.now(), direction.later());
        quote!(#now #later)
    });
    let caller = caller(server);
    quote!(#caller #(#directions)*)
}

/// Who waits for the reply to a request.
fn caller(server: &Server<'_>) -> Option<TokenStream> {
    let (private, ty, request) = (server.private(), Message::Request.ty(server), local("request"));
    let handlers: Vec<_> = Message::Request.handlers(server).collect();
    let arms = handlers.iter().map(|handler| {
        let (attrs, reply) = (code_attrs(handler), reply_field(handler));
        let (message, variant) = (Message::Request.ident(server), &handler.variant);
        quote!(#attrs #message::#variant { ref #reply, .. } => #reply.caller(),)
    });
    let protocols = speaks::callers(server);
    let unused = message::unused_arm_by_reference(server, Message::Request);
    (!handlers.is_empty() || !protocols.is_empty()).then(|| {
        quote! {
            fn caller(#request: &#ty) -> ::core::option::Option<&dyn #private::Caller> {
                match *#request {
                    #(#arms)*
                    #(#protocols)*
                    #unused
                }
            }
        }
    })
}

struct Direction<'a, 'b> {
    server: &'a Server<'b>,
    message: Message,
    handlers: Vec<&'a Handler<'b>>,
    /// `request`, `cast` or `info`, in the signatures and the name of the method.
    what: &'static str,
}

impl<'a, 'b> Direction<'a, 'b> {
    fn new(server: &'a Server<'b>, message: Message) -> Self {
        let what = match message {
            Message::Cast => "cast",
            Message::Info => "info",
            Message::Call | Message::Request => "request",
        };
        Self { server, message, handlers: message.handlers(server).collect(), what }
    }

    fn is_request(&self) -> bool {
        self.message == Message::Request
    }

    /// `fn handle_cast_now(…) -> Result<Result<(), Fault>, Self::Cast>`
    fn now(&self) -> TokenStream {
        let speaks = !self.message.protocols(self.server).is_empty();
        if !speaks && self.handlers.iter().all(|handler| handler.is_async()) {
            return TokenStream::new();
        }
        let (krate, output) = (self.server.krate(), self.output());
        let (name, value, ty) = (format_ident!("handle_{}_now", self.what), self.value(), self.ty());
        let ctx = local("ctx");
        let run = |handler: &Handler<'_>| {
            let run = self.run(handler);
            quote!(::core::result::Result::Ok(#run))
        };
        let body = self.matching(false, run, &quote!(::core::result::Result::Err(#value)));
        quote! {
            fn #name(
                &mut self,
                #value: #ty,
                #ctx: &mut #krate::Context<Self>,
            ) -> ::core::result::Result<#output, #ty> {
                #body
            }
        }
    }

    /// `async fn handle_cast(…) -> Result<(), Fault>`
    fn later(&self) -> TokenStream {
        let speaks = !self.message.protocols(self.server).is_empty();
        if !speaks && !self.handlers.iter().any(|handler| handler.is_async()) {
            return TokenStream::new();
        }
        let (krate, output) = (self.server.krate(), self.output());
        let (name, value, ty) = (format_ident!("handle_{}", self.what), self.value(), self.ty());
        let (now, ctx) = (format_ident!("handle_{}_now", self.what), local("ctx"));
        let returns = (!self.is_request()).then(|| quote!(-> #output));
        let nothing = self.nothing();
        let run = |handler: &Handler<'_>| self.run(handler);
        let body = self.matching(true, run, &quote!(self.#now(#value, #ctx).unwrap_or(#nothing)));
        quote! {
            async fn #name(&mut self, #value: #ty, #ctx: &mut #krate::Context<Self>) #returns {
                #body
            }
        }
    }

    /// What a handler of this direction comes to.
    fn output(&self) -> TokenStream {
        let private = self.server.private();
        if self.is_request() { quote!(()) } else { quote!(::core::result::Result<(), #private::Fault>) }
    }

    /// The outcome of a handler of which there is nothing to say.
    fn nothing(&self) -> TokenStream {
        if self.is_request() { quote!(()) } else { quote!(::core::result::Result::Ok(())) }
    }

    fn value(&self) -> Ident {
        local(self.what)
    }

    fn ty(&self) -> TokenStream {
        self.message.ty(self.server)
    }

    /// Matches the message: those of handlers that are `async`, or of those that are not, are taken apart and `run`.
    fn matching(
        &self,
        is_async: bool,
        run: impl Fn(&Handler<'_>) -> TokenStream,
        otherwise: &TokenStream,
    ) -> TokenStream {
        let (here, elsewhere): (Vec<_>, Vec<_>) =
            self.handlers.iter().copied().partition(|handler| handler.is_async() == is_async);
        let arms =
            here.into_iter().map(|handler| message::arm(self.server, self.message, handler, &run(handler)));
        let protocols = if is_async { speaks::arms } else { speaks::arms_now }(self.server, self.message);
        let (value, unused) = (self.value(), message::unused_arm(self.server, self.message));
        let rest = message::rest(self.server, self.message, &elsewhere, &value, otherwise);
        quote! {
            match #value {
                #(#arms)*
                #(#protocols)*
                #unused
                #rest
            }
        }
    }

    /// Runs a handler. What a call's handler returns is sent; one that has been given the `ReplyTo` does so itself.
    fn run(&self, handler: &Handler<'_>) -> TokenStream {
        if !self.is_request() {
            return outcome(self.server, handler);
        }
        let (ctx, value, reply) = (local("ctx"), local("value"), reply_field(handler));
        let call = handler_call(self.server, handler, &reply);
        match handler.reply.by {
            ReplyBy::ReplyTo => quote!({
                let #reply = #ctx.hand_on(#reply);
                #call
            }),
            ReplyBy::ReplyStream => call,
            ReplyBy::Return => quote!({
                let #value = #call;
                #ctx.answer(#reply, #value)
            }),
        }
    }
}
