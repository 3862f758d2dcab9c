//! `Self` in a signature → the type that it stands for.
//!
//! A signature is copied into items where `Self` is something else: in `CounterCall`, it is the enum.

use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    ExprPath, ExprStruct, Item, PatStruct, PatTupleStruct, Path, PathArguments, QSelf, Token, Type, TypePath,
};

use crate::ty;

/// Replaces every `Self` in signatures; function bodies never come here.
pub(crate) struct SelfType<'a>(pub(crate) &'a Type);

impl SelfType<'_> {
    pub(crate) fn replaced_in(&self, ty: &Type) -> Type {
        let mut ty = ty.clone();
        SelfType(self.0).visit_type_mut(&mut ty);
        ty
    }

    /// `Self::Item` → `<Counter>::Item`.
    fn qualify(&self, qself: &mut Option<QSelf>, path: &mut Path) {
        if qself.is_some()
            || path.segments.len() < 2
            || path.segments.first().is_none_or(|s| s.ident != "Self")
        {
            return;
        }
        let self_token = path.segments.first().map_or_else(proc_macro2::Span::call_site, |s| s.ident.span());
        *qself = Some(QSelf {
            lt_token: Token![<](self_token),
            ty: Box::new(self.0.clone()),
            position: 0,
            as_token: None,
            gt_token: Token![>](self_token),
        });
        path.leading_colon = Some(Token![::](self_token));
        path.segments = std::mem::take(&mut path.segments).into_iter().skip(1).collect::<Punctuated<_, _>>();
    }

    /// In code, `Self { … }` → `Counter::<T> { … }`, and the rest as in types.
    fn name(&self, qself: &mut Option<QSelf>, path: &mut Path) {
        match ty::path(self.0) {
            Some(named) if qself.is_none() && path.is_ident("Self") => {
                *path = named.clone();
                path.segments.iter_mut().for_each(|segment| {
                    if let PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
                        arguments.colon2_token.get_or_insert_default();
                    }
                });
            }
            _ => self.qualify(qself, path),
        }
    }
}

impl VisitMut for SelfType<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        match ty {
            Type::Path(TypePath { qself: None, path, .. }) if path.is_ident("Self") => *ty = self.0.clone(),
            _ => visit_mut::visit_type_mut(self, ty),
        }
    }

    // Its parts first: a `Self` in the type that comes in would be replaced by that type for ever.
    fn visit_type_path_mut(&mut self, ty: &mut TypePath) {
        visit_mut::visit_type_path_mut(self, ty);
        self.qualify(&mut ty.qself, &mut ty.path);
    }

    // The code of a constant, as in an array's length.
    fn visit_expr_path_mut(&mut self, expr: &mut ExprPath) {
        visit_mut::visit_expr_path_mut(self, expr);
        self.name(&mut expr.qself, &mut expr.path);
    }

    fn visit_expr_struct_mut(&mut self, expr: &mut ExprStruct) {
        visit_mut::visit_expr_struct_mut(self, expr);
        self.name(&mut expr.qself, &mut expr.path);
    }

    fn visit_pat_struct_mut(&mut self, pat: &mut PatStruct) {
        visit_mut::visit_pat_struct_mut(self, pat);
        self.name(&mut pat.qself, &mut pat.path);
    }

    fn visit_pat_tuple_struct_mut(&mut self, pat: &mut PatTupleStruct) {
        visit_mut::visit_pat_tuple_struct_mut(self, pat);
        self.name(&mut pat.qself, &mut pat.path);
    }

    // In an item, `Self` is the item's own, or an error.
    fn visit_item_mut(&mut self, _: &mut Item) {}
}

#[cfg(test)]
mod tests {
    use quote::ToTokens as _;
    use syn::parse_quote;

    use super::*;

    #[track_caller]
    fn check(from: &Type, into: &Type) {
        let actual = SelfType(&parse_quote!(m::Counter<T>)).replaced_in(from);
        assert_eq!(actual.to_token_stream().to_string(), into.to_token_stream().to_string());
    }

    #[test]
    fn self_becomes_the_type_wherever_it_stands() {
        check(&parse_quote!(Self), &parse_quote!(m::Counter<T>));
        check(&parse_quote!(Option<Box<Self>>), &parse_quote!(Option<Box<m::Counter<T>>>));
        check(&parse_quote!(fn(Self) -> [Self; 2]), &parse_quote!(fn(m::Counter<T>) -> [m::Counter<T>; 2]));
        check(&parse_quote!((Self, &'static Self)), &parse_quote!((m::Counter<T>, &'static m::Counter<T>)));
        check(&parse_quote!(dyn Fn(Self) -> Self), &parse_quote!(dyn Fn(m::Counter<T>) -> m::Counter<T>));
    }

    #[test]
    fn what_belongs_to_self_is_qualified() {
        check(&parse_quote!(Self::Item), &parse_quote!(<m::Counter<T>>::Item));
        check(&parse_quote!(<Self as Iterator>::Item), &parse_quote!(<m::Counter<T> as Iterator>::Item));
        check(&parse_quote!([u8; Self::LEN]), &parse_quote!([u8; <m::Counter<T>>::LEN]));
        check(&parse_quote!([u8; Self::LEN + 1]), &parse_quote!([u8; <m::Counter<T>>::LEN + 1]));
    }

    #[test]
    fn constants_are_code() {
        check(&parse_quote!(W<{ Self::L }>), &parse_quote!(W<{ <m::Counter<T>>::L }>));
        check(&parse_quote!([u8; Self::L as usize]), &parse_quote!([u8; <m::Counter<T>>::L as usize]));
        check(&parse_quote!([u8; { Self::L + 1 }]), &parse_quote!([u8; { <m::Counter<T>>::L + 1 }]));
        check(
            &parse_quote!([u8; if Self::A { Self::L } else { size_of::<Self>() }]),
            &parse_quote!(
                [u8; if <m::Counter<T>>::A { <m::Counter<T>>::L } else { size_of::<m::Counter<T>>() }]
            ),
        );
        check(
            &parse_quote!(
                [u8; match Self::NEW {
                    Self::A(n) | Self::B { n } => n,
                }]
            ),
            &parse_quote!(
                [u8; match <m::Counter<T>>::NEW {
                    <m::Counter<T>>::A(n) | <m::Counter<T>>::B { n } => n,
                }]
            ),
        );
        check(
            &parse_quote!([u8; { Self { n: 1 }.n + Self(2).0 }]),
            &parse_quote!([u8; { m::Counter::<T> { n: 1 }.n + m::Counter::<T>(2).0 }]),
        );
    }

    #[test]
    fn an_item_has_its_own_self() {
        let ty: Type = parse_quote!(
            [u8; {
                impl A {
                    const N: u8 = Self::M;
                }
                1
            }]
        );
        check(&ty, &ty);
    }

    #[test]
    fn another_self_is_left_alone() {
        check(&parse_quote!(m::Self_), &parse_quote!(m::Self_));
        check(&parse_quote!(Selfish<u8>), &parse_quote!(Selfish<u8>));
    }
}
