//! What in a type is borrowed, and what to own instead.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Lifetime, ParenthesizedGenericArguments, TraitBound, Type, TypeFnPtr, TypeImplTrait, TypeReference,
    TypeSlice,
};

use crate::ty;

/// The first thing in `ty` that is borrowed.
pub(crate) enum Borrow {
    /// `&str`
    Reference(TypeReference),
    /// The `'_` of `Cow<'_, str>`
    Lifetime(Lifetime),
}

pub(crate) fn find(ty: &Type) -> Option<Borrow> {
    let mut search = Search::default();
    search.visit_type_mut(&mut ty.clone());
    search.reference.map(Borrow::Reference).or(search.lifetime.map(Borrow::Lifetime))
}

impl ToTokens for Borrow {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Reference(ty) => ty.to_tokens(tokens),
            Self::Lifetime(lifetime) => lifetime.to_tokens(tokens),
        }
    }
}

/// Finds `impl Trait`, however deep.
pub(crate) fn impl_trait(ty: &Type) -> Option<TypeImplTrait> {
    let mut search = ImplTraits(None);
    search.visit_type_mut(&mut ty.clone());
    search.0
}

/// What is borrowed: `&str`, `Option<&str>`, `Cow<'_, str>`, `Box<dyn Read + '_>`.
#[derive(Default)]
struct Search {
    reference: Option<TypeReference>,
    lifetime: Option<Lifetime>,
}

impl VisitMut for Search {
    fn visit_type_reference_mut(&mut self, ty: &mut TypeReference) {
        if ty.lifetime.as_ref().is_none_or(|lifetime| !is_static(lifetime)) {
            self.reference.get_or_insert_with(|| ty.clone());
        } else {
            visit_mut::visit_type_reference_mut(self, ty);
        }
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if !is_static(lifetime) {
            self.lifetime.get_or_insert_with(|| lifetime.clone());
        }
    }

    // `fn(&T)` and `Fn(&T)` borrow when they are called; `for<'a>` names its own lifetimes.
    fn visit_type_fn_ptr_mut(&mut self, _: &mut TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {}

    fn visit_trait_bound_mut(&mut self, bound: &mut TraitBound) {
        if bound.lifetimes.is_none() {
            visit_mut::visit_trait_bound_mut(self, bound);
        }
    }
}

struct ImplTraits(Option<TypeImplTrait>);

impl VisitMut for ImplTraits {
    fn visit_type_impl_trait_mut(&mut self, ty: &mut TypeImplTrait) {
        self.0.get_or_insert_with(|| ty.clone());
    }
}

fn is_static(lifetime: &Lifetime) -> bool {
    lifetime.ident == "static"
}

/// `Option<&str>` → `Option<String>`, `Cow<'_, str>` → `Cow<'static, str>`
pub(crate) fn owned(ty: &Type) -> Type {
    let mut ty = ty.clone();
    Own.visit_type_mut(&mut ty);
    ty
}

struct Own;

impl VisitMut for Own {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        if let Type::Reference(reference) = ty
            && reference.lifetime.as_ref().is_none_or(|lifetime| !is_static(lifetime))
        {
            *ty = pointee(&reference.elem);
        }
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        *lifetime = Lifetime::new("'static", lifetime.span());
    }

    // The lifetime of a reference goes away with it.
    fn visit_type_reference_mut(&mut self, ty: &mut TypeReference) {
        self.visit_type_mut(&mut ty.elem);
    }

    fn visit_type_fn_ptr_mut(&mut self, _: &mut TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {}
}

/// What owns a `str` is a `String`.
fn pointee(ty: &Type) -> Type {
    let owner =
        match (ty::ungroup(ty), ty::last_segment(ty).map(|segment| segment.ident.to_string()).as_deref()) {
            (Type::Slice(TypeSlice { elem, .. }), _) => quote!(Vec<#elem>),
            (Type::TraitObject(object), _) => quote!(Box<#object>),
            (_, Some("str")) => quote!(String),
            (_, Some("Path")) => quote!(PathBuf),
            (_, Some("OsStr")) => quote!(OsString),
            (_, Some("CStr")) => quote!(CString),
            _ => return ty.clone(),
        };
    syn::parse2(owner).unwrap_or_else(|_| ty.clone())
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;
    use crate::ty::printed;

    #[track_caller]
    fn check(ty: &Type, borrow: &str, instead: &str) {
        assert_eq!(find(ty).map(|borrow| printed(&borrow)).as_deref(), Some(borrow));
        assert_eq!(printed(&owned(ty)), instead);
    }

    #[test]
    fn what_is_borrowed_is_found_however_deep() {
        check(&parse_quote!(&str), "&str", "String");
        check(&parse_quote!(Option<&str>), "&str", "Option<String>");
        check(&parse_quote!(&[&Path]), "&[&Path]", "Vec<PathBuf>");
        check(&parse_quote!((u8, &'a mut T)), "&'a mut T", "(u8, T)");
        check(&parse_quote!(Cow<'_, str>), "'_", "Cow<'static, str>");
        check(&parse_quote!(Box<dyn Read + '_>), "'_", "Box<dyn Read + 'static>");
        check(&parse_quote!(&dyn Read), "&dyn Read", "Box<dyn Read>");
    }

    #[test]
    fn what_is_owned_is_not() {
        let owned: [Type; 5] = [
            parse_quote!(String),
            parse_quote!(&'static str),
            parse_quote!(fn(&str) -> &str),
            parse_quote!(Box<dyn Fn(&str) -> &str + Send>),
            parse_quote!(Box<dyn for<'a> Parse<'a>>),
        ];
        for ty in owned {
            assert!(find(&ty).is_none(), "{}", printed(&ty));
        }
    }
}
