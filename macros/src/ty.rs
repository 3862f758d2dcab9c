//! What can be told about a type from its tokens.

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::{GenericArgument, Ident, Path, PathArguments, PathSegment, ReturnType, Type, TypeReference};

/// Takes off the invisible parentheses that a `macro_rules!` puts round its `$ty`, and visible ones.
pub(crate) fn ungroup(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            _ => return ty,
        };
    }
}

pub(crate) fn path(ty: &Type) -> Option<&Path> {
    match ungroup(ty) {
        Type::Path(ty) if ty.qself.is_none() => Some(&ty.path),
        _ => None,
    }
}

/// The `Result<T, E>` of `std::result::Result<T, E>`.
pub(crate) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    path(ty)?.segments.last()
}

pub(crate) fn is_named(ty: &Type, name: &str) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == name)
}

/// `ReplyTo<T>` or `ReplyStream<T>`: what a server's handler is given to reply by.
pub(crate) fn is_reply(ty: &Type) -> bool {
    is_named(ty, "ReplyTo") || is_named(ty, "ReplyStream")
}

pub(crate) fn reference(ty: &Type) -> Option<&TypeReference> {
    match ungroup(ty) {
        Type::Reference(ty) => Some(ty),
        _ => None,
    }
}

/// The `T` and `E` of `Result<T, E>`.
pub(crate) fn arguments(ty: &Type) -> Vec<&Type> {
    last_segment(ty).map(arguments_of).unwrap_or_default()
}

pub(crate) fn arguments_of(segment: &PathSegment) -> Vec<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return Vec::new() };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

/// The `T` of `Reply<T>`, if that is all there is between the brackets.
pub(crate) fn only_argument(ty: &Type) -> Option<&Type> {
    match arguments(ty)[..] {
        [only] => Some(only),
        _ => None,
    }
}

/// The type after the arrow, if it is not `()`.
pub(crate) fn returned(output: &ReturnType) -> Option<&Type> {
    match output {
        ReturnType::Type(_, ty) if !is_unit(ty) => Some(ty),
        ReturnType::Type(..) | ReturnType::Default => None,
    }
}

pub(crate) fn is_unit(ty: &Type) -> bool {
    matches!(ungroup(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// Whether the two are written alike.
pub(crate) fn same(a: &Type, b: &Type) -> bool {
    printed(ungroup(a)) == printed(ungroup(b))
}

/// The first `Self` in it.
pub(crate) fn self_in(code: &impl ToTokens) -> Option<Ident> {
    code.to_token_stream().into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) => (ident == "Self").then_some(ident),
        TokenTree::Group(group) => self_in(&group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    })
}

pub(crate) fn mentions_self(code: &impl ToTokens) -> bool {
    self_in(code).is_some()
}

/// The code as people write it, without the spaces that token streams have.
pub(crate) fn printed(code: &impl ToTokens) -> String {
    code.to_token_stream().to_string().split_whitespace().fold(String::new(), |mut text, part| {
        if is_apart(&text, part) {
            text.push(' ');
        }
        text + part
    })
}

/// Whether there is a space between `before` and `after`: `dyn Read + Send`, `[u8; 4]`, but `Vec<&str>`.
fn is_apart(before: &str, after: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    before.ends_with([',', ';', '+', '='])
        || before.ends_with("->")
        || after.starts_with(['+', '=']) && !before.is_empty()
        || after.starts_with("->")
        || after.starts_with(['{', '}'])
        || before.ends_with('{')
        || before.ends_with(is_word) && after.starts_with(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_printed_as_people_write_them() {
        for text in [
            "Option<&str>",
            "Box<dyn Read + Send + 'static>",
            "HashMap<String, [u8; 4]>",
            "&'static mut T",
            "<Self as Iterator>::Item",
            "fn(u8) -> u8",
            "impl Iterator<Item = u8>",
        ] {
            assert_eq!(printed(&syn::parse_str::<Type>(text).unwrap()), text);
        }
    }

    #[test]
    fn parts_of_a_type_are_found() {
        let ty: Type = syn::parse_quote!(std::result::Result<Option<u8>, Error>);
        assert!(is_named(&ty, "Result"));
        assert_eq!(arguments(&ty).len(), 2);
        assert!(only_argument(&ty).is_none());
        assert!(only_argument(arguments(&ty)[0]).is_some_and(|ty| is_named(ty, "u8")));
    }
}
