//! What the type parameters of the block have to promise.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::punctuated::Punctuated;
use syn::{
    GenericParam, Generics, Ident, Path, Token, Type, TypeParam, TypeParamBound, WherePredicate, parse_quote,
};

use crate::diagnostics::Errors;
use crate::kind::Kind;
use crate::model::Server;
use crate::names::Names;
use crate::ty;

type Bounds = Punctuated<TypeParamBound, Token![+]>;

/// `#[agent] impl<T> Cell<T>`, `#[agent] impl<T> Cell<T> where T: Clone`
///
/// rustc would say so of each item that is written, so those get the bounds.
pub(super) fn bounded(server: &mut Server<'_>, errors: &mut Errors) {
    // What a trait says of `Self` holds for servers, and not for what they are sent.
    let is_protocol = server.kind == Kind::Protocol;
    let written = if is_protocol { &server.generics.clone() } else { &server.input.generics };
    let unbounded: Vec<_> = written.type_params().filter(|param| is_unbounded(param, written)).collect();
    if unbounded.is_empty() {
        return;
    }
    let problem = match server.kind {
        Kind::Agent => "what an agent holds goes from thread to thread, and may outlive its starter",
        Kind::Server => "what a server holds goes from thread to thread, and may outlive its starter",
        Kind::Protocol => "what is sent goes from thread to thread, and may outlive its sender",
    };
    for param in unbounded {
        errors.push(&param.ident, problem, format_args!("write `{}`", mended(param, written)));
        bound(&mut server.generics, &param.ident);
    }
    // What names a type of ours would have to have the bounds as well, as would `Context<Self>`.
    let Names { call, cast, info, request, client, .. } = &server.names;
    let is_ours = |ident: &Ident| ident == "Context" || [call, cast, info, request, client].contains(&ident);
    let functions = server.input.functions();
    server.left_out.extend(functions.filter(|function| mentions(function.sig.to_token_stream(), &is_ours)));
}

/// Whether nothing that is said of it can make it `'static`; of a trait that nobody knows, only rustc can tell.
fn is_unbounded(param: &TypeParam, generics: &Generics) -> bool {
    let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let mut elsewhere = predicates.filter_map(|predicate| match predicate {
        WherePredicate::Type(predicate) => Some(predicate),
        _ => None,
    });
    param.bounds.iter().all(says_nothing)
        && elsewhere.all(|it| !is_about(&it.bounded_ty, param) || it.bounds.iter().all(says_nothing))
}

/// Whether what holds for the type holds for the parameter: `Self` and `Vec<T>` have it inside, `T::Item` has not.
fn is_about(ty: &Type, param: &TypeParam) -> bool {
    let is_associated = match ty::ungroup(ty) {
        Type::Path(ty) => ty.qself.is_some() || ty.path.segments.len() > 1 && mentions_first(&ty.path, param),
        _ => false,
    };
    !is_associated && mentions(ty.to_token_stream(), &|ident| ident == "Self" || *ident == param.ident)
}

fn mentions_first(path: &Path, param: &TypeParam) -> bool {
    path.segments.first().is_some_and(|segment| segment.ident == param.ident)
}

fn mentions(tokens: TokenStream, is_meant: &impl Fn(&Ident) -> bool) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => is_meant(&ident),
        TokenTree::Group(group) => mentions(group.stream(), is_meant),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

fn says_nothing(bound: &TypeParamBound) -> bool {
    matches!(bound, TypeParamBound::Trait(bound) if implies_nothing(&bound.path))
}

/// Whether it is a trait of std's that types with lifetimes have as well.
fn implies_nothing(path: &Path) -> bool {
    #[rustfmt::skip]
    const KNOWN: [&str; 20] = [
        "AsRef", "Clone", "Copy", "Debug", "Default", "Display", "Eq", "From", "FromStr", "Hash", "Into",
        "Iterator", "Ord", "PartialEq", "PartialOrd", "Send", "Sized", "Sync", "ToString", "Unpin",
    ];
    const OF_STD: [&str; 5] = ["alloc", "core", "fmt", "hash", "std"];
    let is_one_of = |ident: &Ident, names: &[&str]| names.iter().any(|name| ident == name);
    let is_stds =
        path.segments.len() == 1 || path.segments.first().is_some_and(|s| is_one_of(&s.ident, &OF_STD));
    is_stds && path.segments.last().is_some_and(|s| is_one_of(&s.ident, &KNOWN))
}

/// ``T: Clone`` → ``T: Clone + Send + 'static``
fn mended(param: &TypeParam, generics: &Generics) -> String {
    let elsewhere = bounds_elsewhere(param, generics);
    let is_sent = param.bounds.iter().chain(&elsewhere).any(is_send);
    // They are written out where they stand.
    let mut bounds = if param.bounds.is_empty() { elsewhere } else { param.bounds.clone() };
    if !is_sent {
        bounds.push(parse_quote!(Send));
    }
    bounds.push(parse_quote!('static));
    format!("{}: {}", param.ident, ty::printed(&bounds))
}

/// Those of the first `where T: …`.
fn bounds_elsewhere(param: &TypeParam, generics: &Generics) -> Bounds {
    let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let mut its_own = predicates.filter_map(|predicate| match predicate {
        WherePredicate::Type(predicate) if is_param(&predicate.bounded_ty, param) => Some(&predicate.bounds),
        _ => None,
    });
    its_own.next().cloned().unwrap_or_default()
}

fn is_param(ty: &Type, param: &TypeParam) -> bool {
    ty::path(ty).is_some_and(|path| path.is_ident(&param.ident))
}

fn is_send(bound: &TypeParamBound) -> bool {
    matches!(bound, TypeParamBound::Trait(bound) if bound.path.segments.last().is_some_and(|s| s.ident == "Send"))
}

fn bound(generics: &mut Generics, name: &Ident) {
    for param in &mut generics.params {
        if let GenericParam::Type(param) = param
            && param.ident == *name
        {
            param.colon_token.get_or_insert_default();
            param.bounds.push(parse_quote!(::core::marker::Send));
            param.bounds.push(parse_quote!('static));
        }
    }
}

#[cfg(test)]
mod tests {
    use syn::ItemImpl;

    use super::*;

    /// What is said of the first parameter.
    #[track_caller]
    fn check(block: &str, expected: Option<&str>) {
        let generics = syn::parse_str::<ItemImpl>(block).unwrap().generics;
        let param = generics.type_params().next().unwrap();
        let help = is_unbounded(param, &generics).then(|| mended(param, &generics));
        assert_eq!(help.as_deref(), expected, "{block}");
    }

    #[test]
    fn what_is_missing_is_added_where_the_bounds_stand() {
        check("impl<T> S<T> {}", Some("T: Send + 'static"));
        check("impl<T: Clone> S<T> {}", Some("T: Clone + Send + 'static"));
        check("impl<T: Send + ?Sized> S<T> {}", Some("T: Send + ?Sized + 'static"));
        check("impl<T> S<T> where T: fmt::Debug {}", Some("T: fmt::Debug + Send + 'static"));
        check("impl<T: Clone> S<T> where T: Send {}", Some("T: Clone + 'static"));
        check("impl<T: Iterator> S<T> where T::Item: 'static {}", Some("T: Iterator + Send + 'static"));
        check("impl<T, U: 'static> S<T, U> where U: Store, Self: Sized {}", Some("T: Send + 'static"));
    }

    #[test]
    fn what_may_be_enough_is_left_to_rustc() {
        check("impl<T: 'static> S<T> {}", None);
        check("impl<T: Clone + Store> S<T> {}", None);
        check("impl<T: my::Debug> S<T> {}", None);
        check("impl<T> S<T> where T: Any {}", None);
        check("impl<T> S<T> where Vec<T>: 'static {}", None);
        check("impl<T> S<T> where Self: 'static {}", None);
    }
}
