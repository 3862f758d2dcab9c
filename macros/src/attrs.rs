//! Which attribute of a handler goes to which generated item.
//!
//! The handler itself keeps all that are not ours.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Meta, Path, Token};

/// A generated item that takes over attributes of the user's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The client method that users call in place of the handler.
    Method,
    /// `start`, which users call in place of `init`.
    Start,
    /// `spec`.
    Spec,
    /// An item with a name made from the handler's: a variant, a constructor.
    Item,
    /// Code that calls the handler: a match arm, a statement.
    Code,
}

impl Place {
    /// The table.
    fn takes(self, attribute: &str) -> bool {
        match attribute {
            // What is not compiled is nowhere.
            "cfg" => true,
            // What users are told about the handler, they are told where they call it.
            "doc" => matches!(self, Self::Method | Self::Start),
            "deprecated" => matches!(self, Self::Method | Self::Start | Self::Spec),
            // What `start` and `spec` return says so itself.
            "must_use" => self == Self::Method,
            // A name that the user wants to have, such as `getA`, is as strange in what is made from it.
            "allow" | "expect" => self != Self::Code,
            _ => false,
        }
    }
}

/// The attributes among `attrs` that `place` takes over.
pub(crate) fn propagated(attrs: &[Attribute], place: Place) -> Vec<TokenStream> {
    attrs.iter().filter_map(|attr| filtered(attr.meta.clone(), place)).map(|meta| quote!(#[#meta])).collect()
}

fn filtered(meta: Meta, place: Place) -> Option<Meta> {
    if meta.path().is_ident("cfg_attr") {
        return filtered_cfg_attr(&meta, place);
    }
    meta.path().get_ident().is_some_and(|name| place.takes(&name.to_string())).then(|| forgiving(meta))
}

/// `cfg_attr(test, inline, doc = "…")` → `cfg_attr(test, doc = "…")`
fn filtered_cfg_attr(meta: &Meta, place: Place) -> Option<Meta> {
    let (predicate, metas) = cfg_attr(meta)?;
    let kept: Vec<_> = metas.into_iter().filter_map(|meta| filtered(meta, place)).collect();
    let path = meta.path();
    if kept.is_empty() { None } else { syn::parse2(quote!(#path(#predicate, #(#kept),*))).ok() }
}

/// An `expect` that is met at the handler would not be met at the item made from it.
fn forgiving(mut meta: Meta) -> Meta {
    if let Meta::List(list) = &mut meta
        && list.path.is_ident("expect")
    {
        list.path = Path::from(Ident::new("allow", Span::call_site()));
    }
    meta
}

/// Whether an attribute of this name is there, be it by way of `cfg_attr`.
pub(crate) fn has(attrs: &[Attribute], name: &str) -> bool {
    attrs.iter().any(|attr| is_or_holds(&attr.meta, name))
}

fn is_or_holds(meta: &Meta, name: &str) -> bool {
    meta.path().is_ident(name)
        || meta.path().is_ident("cfg_attr")
            && cfg_attr(meta).is_some_and(|(_, metas)| metas.iter().any(|meta| is_or_holds(meta, name)))
}

/// Takes `cfg_attr(predicate, attribute, …)` apart.
fn cfg_attr(meta: &Meta) -> Option<(Meta, Vec<Meta>)> {
    let Meta::List(list) = meta else { return None };
    let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
    let mut parts = parser.parse2(list.tokens.clone()).ok()?.into_iter();
    Some((parts.next()?, parts.collect()))
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[track_caller]
    fn check(place: Place, attr: Attribute, expected: &str) {
        let actual: TokenStream = propagated(&[attr], place).into_iter().collect();
        assert_eq!(actual.to_string().replace(' ', ""), expected);
    }

    #[test]
    fn the_client_method_tells_what_the_handler_tells() {
        check(Place::Method, parse_quote!(#[doc = "x"]), r#"#[doc="x"]"#);
        check(Place::Method, parse_quote!(#[deprecated(note = "x")]), r#"#[deprecated(note="x")]"#);
        check(Place::Method, parse_quote!(#[must_use]), "#[must_use]");
        check(Place::Item, parse_quote!(#[doc = "x"]), "");
        check(Place::Code, parse_quote!(#[must_use]), "");
    }

    #[test]
    fn cfg_goes_everywhere() {
        for place in [Place::Method, Place::Item, Place::Code] {
            check(place, parse_quote!(#[cfg(test)]), "#[cfg(test)]");
        }
    }

    #[test]
    fn expect_becomes_allow() {
        check(Place::Item, parse_quote!(#[expect(dead_code)]), "#[allow(dead_code)]");
        check(Place::Method, parse_quote!(#[allow(non_snake_case)]), "#[allow(non_snake_case)]");
        check(Place::Code, parse_quote!(#[expect(dead_code)]), "");
    }

    #[test]
    fn what_concerns_the_function_stays_with_it() {
        check(Place::Method, parse_quote!(#[inline]), "");
        check(Place::Method, parse_quote!(#[tracing::instrument(skip(self))]), "");
        check(Place::Method, parse_quote!(#[deny(missing_docs)]), "");
    }

    #[test]
    fn cfg_attr_is_filtered_inside() {
        check(
            Place::Method,
            parse_quote!(#[cfg_attr(test, inline, doc = "x")]),
            r#"#[cfg_attr(test,doc="x")]"#,
        );
        check(Place::Item, parse_quote!(#[cfg_attr(test, doc = "x")]), "");
        check(
            Place::Item,
            parse_quote!(#[cfg_attr(test, cfg_attr(unix, cfg(a), cold))]),
            "#[cfg_attr(test,cfg_attr(unix,cfg(a)))]",
        );
    }

    #[test]
    fn has_looks_into_cfg_attr() {
        let attrs: [Attribute; 1] = [parse_quote!(#[cfg_attr(test, cfg_attr(unix, deprecated))])];
        assert!(has(&attrs, "deprecated"));
        assert!(!has(&attrs, "cfg"));
    }
}
