//! What concerns `protocols(…)`.

use quote::format_ident;
use syn::{Ident, Path, Type, TypePath};

use crate::borrow;
use crate::diagnostics::Errors;
use crate::model::Server;
use crate::speaks::Spoken;
use crate::ty;

/// `protocols(Cache<&str>)`
pub(super) fn no_borrowed_messages(server: &mut Server<'_>, errors: &mut Errors) {
    server.protocols.retain(|spoken| {
        let before = errors.count();
        owned(&spoken.path, errors);
        errors.count() == before
    });
}

/// `Cache<&str>`
pub(crate) fn owned(path: &Path, errors: &mut Errors) {
    let ty = Type::Path(TypePath { attrs: Vec::new(), qself: None, path: path.clone() });
    if let Some(borrow) = borrow::find(&ty) {
        let problem = "the messages of a protocol cannot borrow, because they are sent";
        errors.push(borrow, problem, borrow::way_out("write", &ty));
    }
}

/// `protocols(Store, Store)`, `protocols(a::Store, b::Store)`, `protocols(Store)` beside a handler `store`
///
/// One that clashes gets another variant, since whoever writes its handlers is not at fault.
pub(super) fn no_two_of_a_variant(server: &mut Server<'_>, errors: &mut Errors) {
    let handlers = server.handlers.iter().filter(|handler| handler.role.is_for_clients() && handler.is_sound);
    let mut taken: Vec<(Ident, String)> =
        handlers.map(|handler| (handler.variant.clone(), handler.name())).collect();
    let handlers: Vec<Ident> = taken.iter().map(|(variant, _)| variant.clone()).collect();
    let mut seen: Vec<String> = Vec::new();
    server.protocols.retain_mut(|spoken| {
        let path = ty::printed(&spoken.path);
        if seen.contains(&path) {
            let problem = format_args!("the protocol `{path}` is named twice");
            errors.push(&spoken.path, problem, "leave one of them out");
            return false;
        }
        seen.push(path.clone());
        if let Some((variant, other)) = taken.iter().find(|(variant, _)| *variant == spoken.variant) {
            let problem = format_args!("`{other}` and `{path}` would both be the variant `{variant}`");
            let is_handlers = handlers.contains(variant);
            errors.push(&spoken.path, problem, way_out(spoken, is_handlers));
            spoken.variant = free(&spoken.variant, &taken);
        }
        taken.push((spoken.variant.clone(), path));
        true
    });
}

fn way_out(spoken: &Spoken, is_handlers: bool) -> String {
    if is_handlers {
        return "give the handler another name".to_owned();
    }
    let (path, variant) = (spoken.name(), &spoken.variant);
    format!("use it by another name: `use {path} as Other{variant};`")
}

fn free(variant: &Ident, taken: &[(Ident, String)]) -> Ident {
    let mut variant = variant.clone();
    while taken.iter().any(|(other, _)| *other == variant) {
        variant = format_ident!("{variant}_");
    }
    variant
}
