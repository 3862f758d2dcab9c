//! A method with a role.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, FnArg, Ident, Pat, PatType, Receiver, ReceiverKind, Type};

use crate::attrs::{self, Place};
use crate::borrow;
use crate::diagnostics::Errors;
use crate::handler_args::{HandlerArgs, Reading};
use crate::kind::Role;
use crate::names;
use crate::parse::{Function, is_into_attribute};
use crate::self_type::SelfType;
use crate::ty;

/// Everything that is to be known about a handler.
pub(crate) struct Handler<'a> {
    pub(crate) role: Role,
    pub(crate) attribute: &'a Attribute,
    pub(crate) function: &'a Function,
    pub(crate) variant: Ident,
    pub(crate) receiver: Access,
    pub(crate) params: Vec<Param<'a>>,
    pub(crate) reply: Reply,
    pub(crate) args: HandlerArgs,
    /// Whether no rule is broken. What is not sound keeps its place in the client, and is handled nowhere.
    pub(crate) is_sound: bool,
}

/// How a handler takes `self`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Not at all.
    None,
    /// `&self`
    Shared,
    /// `&mut self`
    Exclusive,
    /// `self`, `self: Arc<Self>`, …
    Other,
}

/// One parameter of a handler, besides `self`.
pub(crate) struct Param<'a> {
    pub(crate) source: &'a PatType,
    pub(crate) meaning: Meaning,
}

pub(crate) enum Meaning {
    /// A part of the message.
    Argument(Box<Argument>),
    /// `ctx: &mut Context<Self>`
    Context,
    /// `reply: ReplyTo<T>`
    ReplyTo,
    /// `out: ReplyStream<T>`
    ReplyStream,
    /// `reason: &ExitReason`, of `terminate`
    Reason,
    /// `left: Vec<WorkerCast>`, of `terminate`
    Left,
}

pub(crate) struct Argument {
    /// The name, if the pattern is one; it is ours from here on.
    pub(crate) ident: Option<Ident>,
    /// The type, without `Self`.
    pub(crate) ty: Type,
    /// Whether the client converts into it.
    pub(crate) is_into: bool,
}

/// What a handler gives back.
pub(crate) struct Reply {
    pub(crate) by: ReplyBy,
    /// The type that the client gets, without `Self`.
    pub(crate) ty: Type,
    /// Whether it is a `Result` whose error goes into `CallError::Handler`.
    pub(crate) is_fallible: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReplyBy {
    Return,
    ReplyTo,
    ReplyStream,
}

impl<'a> Handler<'a> {
    pub(crate) fn new(
        role: Role,
        attribute: &'a Attribute,
        function: &'a Function,
        self_type: &SelfType<'_>,
        errors: &mut Errors,
    ) -> Self {
        let args = HandlerArgs::new(role, attribute, self_type, errors);
        let params: Vec<_> =
            typed_inputs(function).map(|source| Param::new(role, source, self_type)).collect();
        let reply = Reply::new(&args, function, &params, self_type);
        Self {
            role,
            attribute,
            function,
            variant: names::variant(&function.sig.ident),
            receiver: access(function.sig.receiver(), self_type),
            params,
            reply,
            args,
            is_sound: true,
        }
    }

    /// Keeps the place of a handler that breaks a rule: its name, its arguments, and a reply that can be written down.
    pub(crate) fn refuse(&mut self, self_ty: &Type) {
        self.is_sound = false;
        let Reply { ty, is_fallible, .. } = &mut self.reply;
        let makes_self = ty::same(ty, self_ty)
            || ty::is_named(ty, "Result") && ty::printed(ty).contains(&ty::printed(self_ty));
        if self.role == Role::Init && !makes_self {
            *ty = self_ty.clone();
        } else if borrow::impl_trait(ty).is_some() {
            (*ty, *is_fallible) = (syn::parse_quote!(()), false);
        } else {
            *ty = borrow::owned(ty);
        }
    }

    /// Whether the reply's type is there, and each argument has a name of its own; where not, rustc says so.
    pub(crate) fn is_complete(&self) -> bool {
        let names: HashSet<_> = self.argument_names().collect();
        let are_different = names.len() == self.argument_names().count();
        are_different
            && self.params.iter().all(|param| {
                let is_reply = matches!(param.meaning, Meaning::ReplyTo | Meaning::ReplyStream);
                !is_reply || ty::only_argument(&param.source.ty).is_some()
            })
    }

    /// Whether an argument or the reply is borrowed.
    pub(crate) fn mentions_borrows(&self) -> bool {
        self.arguments()
            .map(|argument| &argument.ty)
            .chain([&self.reply.ty])
            .any(|ty| borrow::find(ty).is_some())
    }

    pub(crate) fn ident(&self) -> &'a Ident {
        &self.function.sig.ident
    }

    /// The name as users see it.
    pub(crate) fn name(&self) -> String {
        names::text(self.ident())
    }

    pub(crate) fn is_async(&self) -> bool {
        self.function.sig.asyncness.is_some()
    }

    pub(crate) fn mutates(&self) -> bool {
        self.receiver == Access::Exclusive
    }

    pub(crate) fn arguments(&self) -> impl Iterator<Item = &Argument> + Clone {
        self.params.iter().filter_map(Param::argument)
    }

    /// The names of the arguments; each has one in a sound handler.
    pub(crate) fn argument_names(&self) -> impl Iterator<Item = &Ident> + Clone {
        self.arguments().filter_map(|argument| argument.ident.as_ref())
    }

    /// Whether it can be run by a caller that has the server's state: no context, no reply to keep.
    pub(crate) fn runs_in_place(&self) -> bool {
        self.params.iter().all(|param| param.argument().is_some())
    }

    pub(crate) fn attrs(&self, place: Place) -> Vec<TokenStream> {
        attrs::propagated(&self.function.attrs, place)
    }

    pub(crate) fn has_attr(&self, name: &str) -> bool {
        attrs::has(&self.function.attrs, name)
    }

    /// Whether it is one of several that stand in for each other, each under its own `cfg`.
    pub(crate) fn is_conditional(&self) -> bool {
        self.has_attr("cfg")
    }
}

pub(crate) fn typed_inputs(function: &Function) -> impl Iterator<Item = &PatType> {
    function.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(input) => Some(input),
        FnArg::Receiver(_) => None,
    })
}

fn access(receiver: Option<&Receiver>, self_type: &SelfType<'_>) -> Access {
    let Some(receiver) = receiver else { return Access::None };
    let mutability = match &receiver.kind {
        ReceiverKind::Reference(_, _, mutability) => mutability,
        ReceiverKind::Typed(_, ty) => match ty::ungroup(ty) {
            Type::Reference(ty) if ty::same(&self_type.replaced_in(&ty.elem), self_type.0) => &ty.mutability,
            _ => return Access::Other,
        },
        _ => return Access::Other,
    };
    if mutability.is_some() { Access::Exclusive } else { Access::Shared }
}

impl<'a> Param<'a> {
    fn new(role: Role, source: &'a PatType, self_type: &SelfType<'_>) -> Self {
        let meaning = Meaning::special(role, &source.ty).unwrap_or_else(|| {
            Meaning::Argument(Box::new(Argument {
                ident: name_of(&source.pat).map(names::generated),
                ty: self_type.replaced_in(&source.ty),
                is_into: source.attrs.iter().any(is_into_attribute),
            }))
        });
        Self { source, meaning }
    }

    pub(crate) fn argument(&self) -> Option<&Argument> {
        match &self.meaning {
            Meaning::Argument(argument) => Some(argument),
            _ => None,
        }
    }
}

impl Meaning {
    /// What a type means besides being an argument's.
    fn special(role: Role, ty: &Type) -> Option<Self> {
        match ty::ungroup(ty) {
            Type::Reference(ty) if ty::is_named(&ty.elem, "Context") => Some(Self::Context),
            Type::Reference(ty) if role == Role::Terminate && ty::is_named(&ty.elem, "ExitReason") => {
                Some(Self::Reason)
            }
            // By value is a mistake, which is not to become a part of the message.
            ty if ty::is_named(ty, "Context") && ty::only_argument(ty).is_some() => Some(Self::Context),
            ty if role == Role::Terminate && ty::is_named(ty, "Vec") => Some(Self::Left),
            ty if role == Role::Call && ty::is_named(ty, "ReplyTo") => Some(Self::ReplyTo),
            ty if role == Role::Call && ty::is_named(ty, "ReplyStream") => Some(Self::ReplyStream),
            _ => None,
        }
    }
}

/// The `x` of `x` and of `mut x`.
fn name_of(pat: &Pat) -> Option<&Ident> {
    match pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => Some(&pat.ident),
        _ => None,
    }
}

impl Reply {
    fn new(args: &HandlerArgs, function: &Function, params: &[Param<'_>], self_type: &SelfType<'_>) -> Self {
        let (by, ty) = reply_type(function, params);
        let ty = self_type.replaced_in(&ty);
        let looks_fallible = by != ReplyBy::ReplyStream && ty::is_named(&ty, "Result");
        let is_fallible = args.reading.map_or(looks_fallible, |reading| reading == Reading::Fallible);
        Self { by, ty, is_fallible }
    }
}

fn reply_type(function: &Function, params: &[Param<'_>]) -> (ReplyBy, Type) {
    let handed_in = params.iter().find_map(|param| {
        let ty = ty::only_argument(&param.source.ty).cloned();
        match param.meaning {
            Meaning::ReplyTo => Some((ReplyBy::ReplyTo, ty?)),
            Meaning::ReplyStream => Some((ReplyBy::ReplyStream, ty?)),
            _ => None,
        }
    });
    handed_in.unwrap_or_else(|| {
        let returned = ty::returned(&function.sig.output).cloned();
        (ReplyBy::Return, returned.unwrap_or_else(|| syn::parse_quote!(())))
    })
}

impl Handler<'_> {
    /// The types of the arguments as one: `()`, `(i64,)`, `(String, u8)`.
    pub(crate) fn argument_tuple_type(&self) -> TokenStream {
        let types = self.arguments().map(|argument| &argument.ty);
        quote!((#(#types,)*))
    }

    /// The arguments as one: `()`, `(n,)`, `(key, value)`.
    pub(crate) fn argument_tuple(&self) -> TokenStream {
        let names = self.argument_names();
        quote!((#(#names,)*))
    }
}
