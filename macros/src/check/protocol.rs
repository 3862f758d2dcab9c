//! What a protocol may not have: it says what servers may be asked, whatever their type.

use quote::ToTokens as _;
use syn::{GenericParam, Ident, Pat, TraitItem, Type, TypeParamBound, WherePredicate};

use super::agent::is_context;
use crate::borrow;
use crate::diagnostics::Errors;
use crate::handler::{Handler, Meaning, Param, typed_inputs};
use crate::kind::Role;
use crate::model::Server;
use crate::names;
use crate::parse::Function;
use crate::parse::protocol::ProtocolTrait;
use crate::ty;

/// Refuses a trait that nothing can be made from: there would be no `dyn Store`.
pub(crate) fn refused(input: &ProtocolTrait, errors: &mut Errors) {
    no_auto_trait(input, errors);
    no_lifetimes(input, errors);
    has_objects(input, errors);
}

/// `auto trait Store`
fn no_auto_trait(input: &ProtocolTrait, errors: &mut Errors) {
    if let Some(auto) = input.autoness {
        errors.push(auto, "a protocol has methods, and an auto trait has none", "leave out `auto`");
    }
}

/// `trait Store<'a>`
fn no_lifetimes(input: &ProtocolTrait, errors: &mut Errors) {
    for param in input.block.generics.lifetimes() {
        let problem = "a protocol cannot have lifetimes, because its messages are sent";
        let borrowed = format_args!("`&{} str`", param.lifetime).to_string();
        let help = format_args!("own the data: `String` for {borrowed}, `Arc<T>` to share it");
        errors.push(param, problem, help);
    }
}

/// `trait Store: Clone`, `trait Store where Self: Sized`
fn has_objects(input: &ProtocolTrait, errors: &mut Errors) {
    let predicates = input.block.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let of_self = predicates.filter_map(|predicate| match predicate {
        WherePredicate::Type(predicate) if is_self(&predicate.bounded_ty) => Some(&predicate.bounds),
        _ => None,
    });
    for bound in input.supertraits.iter().chain(of_self.flatten()).filter(|bound| needs_size(bound)) {
        let name = ty::printed(bound);
        let title = &input.ident;
        let problem = format_args!("a protocol has to make a `dyn {title}`, which cannot be `{name}`");
        errors.push(bound, problem, format_args!("leave out `{name}`"));
    }
}

fn is_self(ty: &Type) -> bool {
    ty::path(ty).is_some_and(|path| path.is_ident("Self"))
}

/// Whether it is a trait of std's that no trait object has.
fn needs_size(bound: &TypeParamBound) -> bool {
    const KNOWN: [&str; 9] =
        ["Clone", "Copy", "Default", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd", "Sized"];
    let TypeParamBound::Trait(bound) = bound else { return false };
    let last = bound.path.segments.last();
    bound.path.segments.len() == 1
        && last.is_some_and(|last| last.arguments.is_none() && KNOWN.iter().any(|name| last.ident == name))
}

/// `unsafe trait Store`
pub(super) fn no_unsafe_trait(input: &ProtocolTrait, errors: &mut Errors) {
    if let Some(unsafety) = input.unsafety {
        let problem = "a protocol cannot be `unsafe`, because generated code calls its methods";
        errors.push(unsafety, problem, "leave out `unsafe`");
    }
}

/// `const LEN: usize;`, `type Item;`
pub(super) fn no_associated_items(input: &ProtocolTrait, errors: &mut Errors) {
    let title = &input.ident;
    for item in &input.associated {
        let (ident, noun, param) = match item {
            TraitItem::Const(item) => {
                let param = format!("const {}: {}", item.ident, ty::printed(&item.ty));
                (&item.ident, "constants", param)
            }
            TraitItem::Type(item) => (&item.ident, "types", item.ident.to_string()),
            _ => continue,
        };
        let problem = format_args!(
            "a protocol has no {noun} of its own, because `dyn {title}` has none for all servers"
        );
        errors.push(ident, problem, format_args!("make it a parameter of the trait: `{title}<{param}>`"));
    }
}

/// `trait Store {}`
pub(super) fn something_to_say(server: &Server<'_>, errors: &mut Errors) {
    let is_complete = server.input.syntax_errors().next().is_none();
    let is_something = |function: &Function| !function.handler_attrs.is_empty() || !function.has_body;
    if is_complete && !server.input.functions().any(is_something) {
        let problem = "a protocol needs a message, and no method has `#[call]` or `#[cast]`";
        errors.push(server.title, problem, "write one, as in `#[call] fn get(&self, key: String) -> u64;`");
    }
}

/// `fn size(&self) -> usize;`
pub(super) fn one_of_two(server: &Server<'_>, errors: &mut Errors) {
    let neither = |function: &&Function| function.handler_attrs.is_empty() && !function.has_body;
    for function in server.input.functions().filter(neither) {
        let ident = &function.sig.ident;
        let problem = format_args!("`{ident}` is neither a call nor a cast, so that no server would do it");
        let help = "put `#[call]` or `#[cast]` above it, or give it a body, which makes it a helper";
        errors.push(ident, problem, help);
    }
}

/// `#[init] fn new() -> Self;`, `#[every("30s")] fn tick(&mut self);`
pub(super) fn only_messages(server: &mut Server<'_>, errors: &mut Errors) {
    server.handlers.retain(|handler| {
        let role = handler.role;
        if !role.is_for_protocols() {
            let name = role.name();
            let problem =
                format_args!("a protocol has no `#[{name}]`, because it says only what clients may ask");
            let help = "put it into the impl block of each server that speaks the protocol";
            errors.push(handler.attribute, problem, help);
        }
        role.is_for_protocols()
    });
}

/// Leaves out what no `dyn Store` could have. That of handlers is told by the rules that they break.
///
/// `fn each<F: FnMut(u8)>(&self, f: F) {}`
pub(super) fn fits_objects<'a>(server: &mut Server<'a>, errors: &mut Errors) {
    let title = server.title;
    let unfit: Vec<&'a Function> = server.input.functions().filter(|function| is_unfit(function)).collect();
    for function in &unfit {
        if function.handler_attrs.is_empty() && function.has_body {
            let ident = &function.sig.ident;
            let problem = format_args!(
                "a protocol has to make a `dyn {title}`, which cannot have a method like `{ident}`"
            );
            errors.push(ident, problem, "say `where Self: Sized` behind it, or move it out of the trait");
        }
    }
    server.left_out.extend(unfit);
}

/// Leaves out what rustc refuses as well: `fn put(&mut self, (key, value): (String, u64));`
pub(super) fn no_patterns_without_body(server: &mut Server<'_>) {
    let takes_apart = |function: &&Function| {
        let is_name = |pat: &Pat| match pat {
            Pat::Ident(pat) => pat.by_ref.is_none() && pat.subpat.is_none(),
            pat => matches!(pat, Pat::Wild(_)),
        };
        !function.handler_attrs.is_empty()
            && !function.has_body
            && typed_inputs(function).any(|input| !is_name(&input.pat))
    };
    server.left_out.extend(server.input.functions().filter(takes_apart));
}

/// `trait Cache<K, V> { #[call] fn has(&self, key: K) -> bool; }`
pub(super) fn parameters_are_sent(server: &Server<'_>, errors: &mut Errors) {
    let sent = || {
        server
            .handlers
            .iter()
            .flat_map(|handler| [handler.argument_tuple_type(), handler.reply.ty.to_token_stream()])
    };
    if server.handlers.is_empty() || server.input.syntax_errors().next().is_some() {
        return;
    }
    for param in server.input.generics.type_params() {
        if !sent().any(|ty| names::mentions(ty, &param.ident)) {
            let ident = &param.ident;
            let problem = format_args!(
                "no message of the protocol mentions `{ident}`, so that nothing would say what it is"
            );
            errors.push(ident, problem, "leave it out, or take it or return it in a handler");
        }
    }
}

/// Whether the trait would have no objects with it.
fn is_unfit(function: &Function) -> bool {
    let sig = &function.sig;
    let is_param = |param: &GenericParam| !matches!(param, GenericParam::Lifetime(_));
    let is_generic = sig.generics.params.iter().any(is_param);
    let is_of_one_type = |ty: &Type| ty::mentions_self(ty) || borrow::impl_trait(ty).is_some();
    !is_sized(function)
        && (is_generic
            || sig.asyncness.is_some()
            || sig.receiver().is_none()
            || typed_inputs(function).any(|input| is_of_one_type(&input.ty))
            || ty::returned(&sig.output).is_some_and(is_of_one_type))
}

/// Whether it has a `where Self: Sized`.
fn is_sized(function: &Function) -> bool {
    let predicates = function.sig.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    predicates.into_iter().any(|predicate| match predicate {
        WherePredicate::Type(predicate) if is_self(&predicate.bounded_ty) => {
            predicate.bounds.iter().any(|bound| ty::printed(bound).ends_with("Sized"))
        }
        _ => false,
    })
}

/// `#[cast] fn merge(&mut self, other: Self);`, `#[call] fn twin(&self) -> Self;`
pub(super) fn no_self(server: &mut Server<'_>, errors: &mut Errors) {
    let title = server.title;
    let problem = "a message cannot mention `Self`, because servers of different types speak the protocol";
    let help = format!("name the type, or make it a parameter of the trait: `{title}<T>`");
    for handler in &mut server.handlers {
        for param in handler.params.iter_mut().filter(|param| !is_tool(param)) {
            if let (Some(found), Meaning::Argument(argument)) =
                (ty::self_in(&param.source.ty), &mut param.meaning)
            {
                errors.push(found, problem, &help);
                argument.ty = syn::parse_quote!(());
            }
        }
        if let Some(found) = returned_self(handler) {
            errors.push(found, problem, &help);
            (handler.reply.ty, handler.reply.is_fallible) = (syn::parse_quote!(()), false);
        }
    }
}

fn returned_self(handler: &Handler<'_>) -> Option<Ident> {
    ty::self_in(ty::returned(&handler.function.sig.output)?)
}

/// Whether it is told that it mentions `Self`, which is enough for once.
pub(super) fn is_about_self(handler: &Handler<'_>) -> bool {
    handler.params.iter().any(|param| !is_tool(param) && ty::mentions_self(&param.source.ty))
        || returned_self(handler).is_some()
}

/// `#[call] async fn get(&self, key: String) -> u64;`
pub(super) fn not_async(title: &Ident, handler: &Handler<'_>, errors: &mut Errors) {
    if let Some(asyncness) = handler.function.sig.asyncness {
        let problem = "a protocol says what is asked, and each server for itself whether it waits";
        let help =
            format_args!("leave out `async`: it may stand in `#[server] impl {title} for …` all the same");
        errors.push(asyncness, problem, help);
    }
}

/// `ctx: &mut Context<Self>`, `reply: ReplyTo<Event>`, `out: &ReplyStream<Event>`
///
/// Nor has a cast a `ReplyTo` as an argument like others: in the block of a server, nothing tells a cast from a call.
pub(super) fn no_tools(title: &Ident, handler: &Handler<'_>, errors: &mut Errors) {
    let block = format!("`#[server] impl {title} for …`");
    for param in handler.params.iter().filter(|param| is_tool(param)) {
        let ty = ty::ungroup(&param.source.ty);
        if is_context(param) {
            let problem = "a protocol says what is asked, and a `Context` is what one server has besides";
            let help = format_args!("leave it out: a handler in {block} takes it all the same");
            errors.push(ty, problem, help);
            continue;
        }
        let reply = reply_of(referred(ty));
        if handler.role == Role::Cast {
            let carried = ty::printed(referred(ty));
            let problem = format_args!(
                "a cast of a protocol cannot carry a `{carried}`, because a server's handler would take it for the reply to a call"
            );
            let help =
                format_args!("make it a `#[call]` with `-> {reply}`, or carry it in a type of your own");
            errors.push(ty, problem, help);
        } else {
            let (pat, taken) = (ty::printed(&param.source.pat), ty::printed(referred(ty)));
            let problem = "a protocol says what is replied, and each server for itself when";
            let help = format_args!(
                "write `-> {reply}`: a handler in {block} may take `{pat}: {taken}` all the same"
            );
            errors.push(ty, problem, help);
        }
    }
}

/// `ReplyTo<Event>` → `Event`, `ReplyStream<Event>` → `Replies<Event>`
fn reply_of(tool: &Type) -> String {
    let inner = ty::only_argument(tool).map_or_else(|| "T".to_owned(), ty::printed);
    if ty::is_named(tool, "ReplyTo") { inner } else { format!("callcast::Replies<{inner}>") }
}

/// Whether it is nothing that a client sends.
pub(super) fn is_tool(param: &Param<'_>) -> bool {
    is_context(param) || ty::is_reply(referred(&param.source.ty))
}

/// The `T` of `&T`.
fn referred(ty: &Type) -> &Type {
    ty::ungroup(ty::reference(ty).map_or(ty, |reference| &reference.elem))
}
