//! What a handler may take.

use syn::{Pat, Type, TypeImplTrait, TypeParamBound};

use crate::attrs;
use crate::borrow::{self, impl_trait};
use crate::diagnostics::Errors;
use crate::handler::{Handler, Meaning, Param};
use crate::kind::Role;
use crate::parse::is_into_attribute;
use crate::ty;

/// `(a, b): (i64, i64)`, `_: i64`
pub(super) fn pattern(param: &Param<'_>, errors: &mut Errors) {
    let Some(argument) = param.argument() else { return };
    if argument.ident.is_some() {
        return;
    }
    let problem = "an argument needs a name, because it becomes a field of the message";
    match &*param.source.pat {
        Pat::Wild(pat) => errors.push(pat, problem, "write `_name` for one that is not used"),
        pat => errors.push(pat, problem, "take it by name, and take it apart in the body with `let`"),
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
pub(super) fn named_type(param: &Param<'_>, errors: &mut Errors) {
    let Some(found) = param.argument().and_then(|argument| impl_trait(&argument.ty)) else { return };
    let problem = "an argument needs a type with a name, because it becomes a field of the message";
    let Some(ty) = converted_into(&found) else {
        return errors.push(found, problem, "name the type, or make it a parameter of the impl block");
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

/// `name: &str`, `name: Option<&str>`, `name: Cow<'_, str>`
pub(super) fn owned(param: &Param<'_>, errors: &mut Errors) {
    let ty = &param.source.ty;
    if param.argument().is_none() || impl_trait(ty).is_some() {
        return;
    }
    if let Some(borrow) = borrow::find(ty) {
        let (owned, borrowed) = (ty::printed(&borrow::owned(ty)), ty::printed(ty));
        let problem = "an argument must be owned, because it is sent";
        errors.push(borrow, problem, format_args!("take `{owned}` instead of `{borrowed}`"));
    }
}

/// `#[info] fn done(&mut self, #[into] text: String)`
pub(super) fn convertible(handler: &Handler<'_>, param: &Param<'_>, errors: &mut Errors) {
    let fits = param.argument().is_some() && matches!(handler.role, Role::Init | Role::Call | Role::Cast);
    for attr in param.source.attrs.iter().filter(|attr| !fits && is_into_attribute(attr)) {
        let problem = "nothing is converted here, because no client passes this argument";
        errors.push(attr, problem, "leave out `#[into]`");
    }
}

/// `ctx: &Context<Self>`, `ctx: Context<Self>`, or two of them
pub(super) fn context(handler: &Handler<'_>, errors: &mut Errors) {
    let mut seen = false;
    for param in &handler.params {
        let ty = ty::ungroup(&param.source.ty);
        let fits = match (&param.meaning, ty) {
            (Meaning::Context, Type::Reference(ty)) => ty.mutability.is_some(),
            (Meaning::Argument(_), ty) => !(ty::is_named(ty, "Context") && ty::only_argument(ty).is_some()),
            _ => true,
        };
        if !fits {
            let problem = "the context is lent to the handler while it runs, to be changed";
            errors.push(ty, problem, "take `ctx: &mut Context<Self>`");
        } else if matches!(param.meaning, Meaning::Context) {
            if seen {
                errors.push(ty, "there is one context only", "leave one of them out");
            }
            seen = true;
        }
    }
}

/// `#[every("30s")] fn tick(&mut self, n: u64)`, `#[down] fn lost(&mut self, id: u64)`
pub(super) fn only_what_the_role_has(handler: &Handler<'_>, errors: &mut Errors) {
    let role = handler.role;
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
                errors.push(&param.source.ty, problem, what_it_has(role));
            }
        }
    }
    if let Some((ty, name)) = missing {
        let problem = format_args!("`#[{}]` is given a `{ty}`, and has to take it", role.name());
        errors.push(handler.ident(), problem, format_args!("take `{name}: {ty}`"));
    }
    no_repetition(handler, errors);
}

fn what_it_has(role: Role) -> &'static str {
    match role {
        Role::Down => "take `down: Down`, and `ctx: &mut Context<Self>` if it is needed",
        Role::Exit => "take `exit: Exit`, and `ctx: &mut Context<Self>` if it is needed",
        Role::Terminate => {
            "take of `reason: &ExitReason`, `left: Vec<…Cast>` and `ctx: &mut Context<Self>` what is needed"
        }
        _ => "take `ctx: &mut Context<Self>`, or nothing",
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

/// `reply: ReplyTo<u8>, again: ReplyTo<u8>`, `fn next(&mut self, reply: ReplyTo<u8>) -> u8`
pub(super) fn one_reply(handler: &Handler<'_>, errors: &mut Errors) {
    let is_reply = |param: &&Param<'_>| matches!(param.meaning, Meaning::ReplyTo | Meaning::ReplyStream);
    let mut replies = handler.params.iter().filter(is_reply);
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
