//! What a handler may take.

use syn::{Ident, Pat, Type, TypeImplTrait, TypeParamBound};

use crate::attrs;
use crate::borrow::{self, impl_trait};
use crate::diagnostics::Errors;
use crate::handler::{Handler, Meaning, Param, typed_inputs};
use crate::kind::{Kind, Role};
use crate::model::Server;
use crate::names::Names;
use crate::parse::is_into_attribute;
use crate::ty;

/// `(a, b): (i64, i64)`, `_: i64`, `ref text: String`, `n @ _: i64`
pub(super) fn pattern(handler: &Handler<'_>, param: &Param<'_>, errors: &mut Errors) {
    let Some(argument) = param.argument() else { return };
    if argument.ident.is_some() {
        return;
    }
    let problem = "an argument needs a name, because it becomes a field of the message";
    match &*param.source.pat {
        Pat::Wild(pat) => errors.push(pat, problem, "write `_name` for one that is not used"),
        Pat::Ident(pat) => {
            let problem = "an argument is a name and nothing else, because it becomes a field of the message";
            errors.push(pat, problem, format_args!("write `{}`", pat.ident));
        }
        pat => {
            let pattern = ty::printed(pat);
            let body = if handler.function.has_body { "the body" } else { "the bodies of servers" };
            let help = format_args!("take it by name, and take it apart in {body}: `let {pattern} = name;`");
            errors.push(pat, problem, help);
        }
    }
}

/// `#[cfg(unix)] mode: u32`
pub(super) fn no_cfg(param: &Param<'_>, errors: &mut Errors) {
    for attr in param.source.attrs.iter().filter(|attr| attrs::has(std::slice::from_ref(*attr), "cfg")) {
        let problem = "an argument cannot be conditional, because the message would have two shapes";
        errors.push(attr, problem, "put `#[cfg(…)]` on the handler, and write one for each case");
    }
}

/// `key: impl Into<String>`
pub(super) fn named_type(kind: Kind, param: &Param<'_>, errors: &mut Errors) {
    let Some(found) = param.argument().and_then(|argument| impl_trait(&argument.ty)) else { return };
    let problem = "an argument needs a type with a name, because it becomes a field of the message";
    let is_all = matches!(ty::ungroup(&param.source.ty), Type::ImplTrait(_));
    let Some(ty) = converted_into(&found).filter(|_| is_all) else {
        let block = if kind == Kind::Protocol { "trait" } else { "impl block" };
        let help = format_args!("name the type, or make it a parameter of the {block}");
        return errors.push(found, problem, help);
    };
    let (pat, ty, taken) = (ty::printed(&param.source.pat), ty::printed(ty), ty::printed(&found));
    errors.push(&found, problem, format_args!("write `#[into] {pat}: {ty}`, and the client takes `{taken}`"));
}

/// The `String` of `impl Into<String>`.
fn converted_into(ty: &TypeImplTrait) -> Option<&Type> {
    let TypeParamBound::Trait(bound) = ty.bounds.first()? else { return None };
    let segment = bound.path.segments.last().filter(|segment| segment.ident == "Into")?;
    ty::arguments_of(segment).first().copied()
}

/// `name: str`, `bytes: [u8]`, `notify: dyn Fn()`; and `-> str`, `reply: ReplyTo<str>`, `#[format_status] … -> str`
///
/// The method goes from the block, since rustc would ask for a size once more. The client takes and gives what is sent
/// instead.
pub(super) fn sized(server: &mut Server<'_>, errors: &mut Errors) {
    for handler in &mut server.handlers {
        let before = errors.count();
        for param in &mut handler.params {
            if let Meaning::Argument(argument) = &mut param.meaning
                && handler.role.takes_arguments()
                && borrow::is_unsized(&argument.ty)
            {
                let problem = "an argument needs a size, because it becomes a field of the message";
                errors.push(&param.source.ty, problem, borrow::with_size("take", &param.source.ty));
                argument.ty = borrow::owned(&argument.ty);
            }
        }
        if let Some(reply) = written_reply(handler).filter(|reply| borrow::is_unsized(reply)) {
            let problem = "a reply needs a size, because it is kept until its caller takes it";
            errors.push(reply, problem, borrow::with_size("reply with", reply));
        }
        if let Some(shown) = written_text(handler).filter(|shown| borrow::is_unsized(shown)) {
            let problem = "what is shown needs a size, because it is returned";
            errors.push(shown, problem, borrow::with_size("return", shown));
        }
        if errors.count() > before {
            server.left_out.push(handler.function);
        }
    }
}

/// What a call replies, where the user has written it.
fn written_reply<'a>(handler: &Handler<'a>) -> Option<&'a Type> {
    let later = handler.params.iter().find(|param| is_reply(param));
    let written = match later {
        Some(param) => ty::only_argument(&param.source.ty),
        None => ty::returned(&handler.function.sig.output),
    };
    written.filter(|_| handler.role == Role::Call)
}

/// What `#[format_status]` returns.
fn written_text<'a>(handler: &Handler<'a>) -> Option<&'a Type> {
    ty::returned(&handler.function.sig.output).filter(|_| handler.role == Role::FormatStatus)
}

fn is_reply(param: &Param<'_>) -> bool {
    matches!(param.meaning, Meaning::ReplyTo | Meaning::ReplyStream)
}

/// `name: &str`, `name: Option<&str>`, `name: Cow<'_, str>`
pub(super) fn owned(handler: &Handler<'_>, param: &Param<'_>, errors: &mut Errors) {
    let ty = &param.source.ty;
    let is_told_already = impl_trait(ty).is_some() || borrow::is_unsized(ty) || borrow::context(ty).is_some();
    if param.argument().is_none() || !handler.role.takes_arguments() || is_told_already {
        return;
    }
    if let Some(borrow) = borrow::find(ty) {
        let problem = "an argument must be owned, because it is sent";
        let is_changed = matches!(ty::ungroup(ty), Type::Reference(ty) if ty.mutability.is_some());
        let and = if is_changed { ", and return what it becomes" } else { "" };
        errors.push(borrow, problem, borrow::way_out("take", ty) + and);
    }
}

/// `#[info] fn done(&mut self, #[into] text: String)`
pub(super) fn convertible(handler: &Handler<'_>, param: &Param<'_>, errors: &mut Errors) {
    let fits = param.argument().is_some() && matches!(handler.role, Role::Init | Role::Call | Role::Cast);
    for attr in param.source.attrs.iter().filter(|attr| !fits && is_into_attribute(attr)) {
        errors.push(attr, NOT_CONVERTED, "leave out `#[into]`");
    }
}

const NOT_CONVERTED: &str = "nothing is converted here, because no client passes this argument";

/// `fn get(#[into] &self)`, and `fn helper(&self, #[into] text: String)`, which is no handler
pub(super) fn no_conversion_elsewhere(server: &Server<'_>, errors: &mut Errors) {
    let receivers = server.input.functions().filter_map(|function| function.sig.receiver());
    for attr in receivers.flat_map(|receiver| &receiver.attrs).filter(|attr| is_into_attribute(attr)) {
        errors.push(attr, NOT_CONVERTED, "leave out `#[into]`");
    }
    let helpers = server.input.functions().filter(|function| function.handler_attrs.is_empty());
    for attr in
        helpers.flat_map(typed_inputs).flat_map(|input| &input.attrs).filter(|attr| is_into_attribute(attr))
    {
        errors.push(
            attr,
            NOT_CONVERTED,
            "leave out `#[into]`, or make the method a `#[call]` or a `#[cast]`",
        );
    }
}

/// `ctx: &Context<Self>`, `ctx: Context<Self>`, `ctx: Option<&mut Context<Self>>`, `ctx: &mut Context<Other>`, or two of
/// them
pub(super) fn context(title: &Ident, handler: &Handler<'_>, errors: &mut Errors) {
    let mut seen = false;
    for param in &handler.params {
        let ty = ty::ungroup(&param.source.ty);
        let fits = match (&param.meaning, ty) {
            (Meaning::Context, Type::Reference(ty)) => ty.mutability.is_some(),
            (Meaning::Context, _) => false,
            // What is given to other roles is said elsewhere.
            _ => borrow::context(ty).is_none() || !handler.role.takes_arguments(),
        };
        if !fits {
            let problem = "the context is lent to the handler while it runs, to be changed";
            errors.push(ty, problem, TAKE_CONTEXT);
        } else if let Some(other) = context_of_another(title, ty) {
            let problem =
                format_args!("this is the context of `{}`, and a handler gets its own", ty::printed(other));
            errors.push(other, problem, TAKE_CONTEXT);
        } else if matches!(param.meaning, Meaning::Context) {
            if seen {
                errors.push(ty, "there is one context only", "leave one of them out");
            }
            seen = true;
        }
    }
}

const TAKE_CONTEXT: &str = "take `ctx: &mut Context<Self>`";

/// The `Other` of `&mut Context<Other>`.
fn context_of_another<'a>(title: &Ident, ty: &'a Type) -> Option<&'a Type> {
    let Type::Reference(reference) = ty else { return None };
    let server = ty::only_argument(&reference.elem).filter(|_| ty::is_named(&reference.elem, "Context"))?;
    let is_own = ty::last_segment(server).is_none_or(|name| name.ident == "Self" || name.ident == *title);
    (!is_own).then_some(server)
}

/// `#[every("30s")] fn tick(&mut self, n: u64)`, `#[down] fn lost(&mut self, id: u64)`
pub(super) fn only_what_the_role_has(server: &Names, handler: &Handler<'_>, errors: &mut Errors) {
    let (role, before) = (handler.role, errors.count());
    let notice = match role {
        Role::Down => Some(("Down", "down")),
        Role::Exit => Some(("Exit", "exit")),
        _ if role.takes_arguments() => return,
        _ => None,
    };
    let mut missing = notice;
    for param in &handler.params {
        if !matches!(param.meaning, Meaning::Argument(_)) {
            continue;
        }
        match missing {
            Some((ty, _)) if ty::is_named(&param.source.ty, ty) => missing = None,
            _ => {
                let problem = format_args!("`#[{}]` is not given such an argument", role.name());
                errors.push(&param.source.ty, problem, what_it_has(server, role));
            }
        }
    }
    // What was taken in its place has been reported, with the same help.
    if let Some((ty, name)) = missing.filter(|_| errors.count() == before) {
        let problem =
            format_args!("`#[{}]` is told by its `{ty}` what has ended, and has to take it", role.name());
        errors.push(handler.ident(), problem, format_args!("take `{name}: {ty}`"));
    }
    no_repetition(handler, errors);
    casts_of_its_own(server, handler, errors);
}

fn what_it_has(server: &Names, role: Role) -> String {
    let takes = match role {
        Role::Down => "`down: Down`, and `ctx: &mut Context<Self>` if it is needed",
        Role::Exit => "`exit: Exit`, and `ctx: &mut Context<Self>` if it is needed",
        Role::Terminate => {
            let cast = &server.cast;
            return format!(
                "take what is needed of `reason: &ExitReason`, `left: Vec<{cast}>` and `ctx: &mut Context<Self>`"
            );
        }
        _ => "`ctx: &mut Context<Self>`, or nothing",
    };
    format!("take {takes}")
}

/// `#[terminate] fn close(&mut self, left: Vec<OtherCast>)`
fn casts_of_its_own(server: &Names, handler: &Handler<'_>, errors: &mut Errors) {
    let is_left = |param: &&Param<'_>| matches!(param.meaning, Meaning::Left);
    for ty in handler.params.iter().filter(is_left).filter_map(|param| ty::only_argument(&param.source.ty)) {
        if !ty::is_named(ty, &server.cast.to_string()) {
            let problem =
                "what is left are casts that were never handled, and those of this server are others";
            errors.push(ty, problem, format_args!("take `left: Vec<{}>`", server.cast));
        }
    }
}

fn no_repetition(handler: &Handler<'_>, errors: &mut Errors) {
    let (mut reasons, mut lefts) = (0, 0);
    for param in &handler.params {
        let count = match param.meaning {
            Meaning::Reason => &mut reasons,
            Meaning::Left => &mut lefts,
            _ => continue,
        };
        *count += 1;
        if *count > 1 {
            errors.push(&param.source.ty, "`#[terminate]` is given this once", "leave one of them out");
        }
    }
}

/// `#[call] fn next(&mut self, reply: &ReplyTo<u8>)`
pub(super) fn reply_by_value(handler: &Handler<'_>, param: &Param<'_>, errors: &mut Errors) -> bool {
    let Some(reference) = ty::reference(&param.source.ty) else { return false };
    let is_lent = handler.role == Role::Call && ty::is_reply(&reference.elem);
    if is_lent {
        let (pat, ty) = (ty::printed(&param.source.pat), ty::printed(&reference.elem));
        let problem = "a reply is the handler's to keep, because it may be sent later";
        errors.push(reference, problem, format_args!("take `{pat}: {ty}`"));
    }
    is_lent
}

/// `reply: ReplyTo<u8>, again: ReplyTo<u8>`, `fn next(&mut self, reply: ReplyTo<u8>) -> u8`
pub(super) fn one_reply(handler: &Handler<'_>, errors: &mut Errors) {
    let mut replies = handler.params.iter().filter(|param| is_reply(param));
    if replies.next().is_none() {
        return;
    }
    for second in replies {
        errors.push(
            &second.source.ty,
            "a call has one reply",
            "leave one of them out, or reply with a tuple",
        );
    }
    if let Some(returned) = ty::returned(&handler.function.sig.output) {
        let problem = "a call has one reply, and this handler sends it later";
        errors.push(returned, problem, "return nothing, or leave out the parameter and return the reply");
    }
}
