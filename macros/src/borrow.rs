//! What in a type is borrowed, and what to own instead.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{
    GenericArgument, Lifetime, ParenthesizedGenericArguments, PathArguments, PathSegment, TraitBound, Type,
    TypeFnPtr, TypeImplTrait, TypeParamBound, TypeReference, TypeSlice, TypeTraitObject,
};

use crate::ty::{self, ungroup};

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

/// Finds `&mut Context<Self>`, however deep.
pub(crate) fn context(ty: &Type) -> Option<TypeReference> {
    let mut search = Contexts(None);
    search.visit_type_mut(&mut ty.clone());
    search.0
}

struct Contexts(Option<TypeReference>);

impl VisitMut for Contexts {
    fn visit_type_reference_mut(&mut self, ty: &mut TypeReference) {
        if ty::is_named(&ty.elem, "Context") {
            self.0.get_or_insert_with(|| ty.clone());
        }
        visit_mut::visit_type_reference_mut(self, ty);
    }

    // A function that is lent one is not.
    fn visit_type_fn_ptr_mut(&mut self, _: &mut TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {}
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

/// `Option<&str>` → `Option<String>`, `Cow<'_, str>` → `Cow<'static, str>`, `str` → `String`
pub(crate) fn owned(ty: &Type) -> Type {
    let mut ty = ty.clone();
    Own::default().visit_type_mut(&mut ty);
    match ungroup(&ty) {
        Type::Never(_) => syn::parse_quote!(()),
        unsized_ty if is_unsized(unsized_ty) => pointee(unsized_ty),
        _ => ty,
    }
}

/// `str`, `[u8]` and `dyn Fn()`; a type that is called `Path` may be the user's own.
pub(crate) fn is_unsized(ty: &Type) -> bool {
    matches!(ungroup(ty), Type::Slice(_) | Type::TraitObject(_))
        || ty::path(ty).is_some_and(|path| path.is_ident("str"))
}

/// What to write in its place: ``take `String` instead of `&str` ``
pub(crate) fn way_out(verb: &str, ty: &Type) -> String {
    let mut owned = ty.clone();
    let mut own = Own::default();
    own.visit_type_mut(&mut owned);
    let (owned, borrowed) = (ty::printed(&owned), ty::printed(ty));
    if own.is_guess {
        return format!("{verb} a type that owns its data instead of `{borrowed}`, such as `Vec<T>`");
    }
    format!("{verb} `{owned}` instead of `{borrowed}`")
}

/// The same for what has no size: ``take `String` instead of `str` ``
pub(crate) fn with_size(verb: &str, ty: &Type) -> String {
    format!("{verb} `{}` instead of `{}`", ty::printed(&owned(ty)), ty::printed(ty))
}

#[derive(Default)]
struct Own {
    /// Whether a lifetime stands where only its type could say what owns the same.
    is_guess: bool,
}

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

    // A `Cow` of any lifetime can own; of an `Iter<'_, T>` nobody knows.
    fn visit_path_segment_mut(&mut self, segment: &mut PathSegment) {
        let is_cow = segment.ident == "Cow";
        if let PathArguments::AngleBracketed(arguments) = &segment.arguments {
            self.is_guess |= !is_cow && arguments.args.iter().any(is_borrowed);
        }
        visit_mut::visit_path_segment_mut(self, segment);
    }

    // An object without a lifetime owns what it is made of; to be sent, it has to be `Send`.
    fn visit_type_trait_object_mut(&mut self, object: &mut TypeTraitObject) {
        visit_mut::visit_type_trait_object_mut(self, object);
        let bounds = std::mem::take(&mut object.bounds).into_iter();
        object.bounds = bounds.filter(|bound| !matches!(bound, TypeParamBound::Lifetime(_))).collect();
        if !object.bounds.iter().any(is_send) {
            object.bounds.push(syn::parse_quote!(Send));
        }
    }

    // The lifetime of a reference goes away with it.
    fn visit_type_reference_mut(&mut self, ty: &mut TypeReference) {
        self.visit_type_mut(&mut ty.elem);
    }

    fn visit_type_fn_ptr_mut(&mut self, _: &mut TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {}
}

fn is_borrowed(argument: &GenericArgument) -> bool {
    matches!(argument, GenericArgument::Lifetime(lifetime) if !is_static(lifetime))
}

fn is_send(bound: &TypeParamBound) -> bool {
    matches!(bound, TypeParamBound::Trait(bound) if bound.path.is_ident("Send"))
}

/// What owns a `str` is a `String`.
fn pointee(ty: &Type) -> Type {
    let owner = match (ungroup(ty), ty::last_segment(ty).map(|segment| segment.ident.to_string()).as_deref())
    {
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
        check(&parse_quote!(Box<dyn Read + '_>), "'_", "Box<dyn Read + Send>");
        check(&parse_quote!(&dyn Read), "&dyn Read", "Box<dyn Read + Send>");
    }

    #[test]
    fn the_way_out_is_named_where_it_is_known() {
        let way_out = |ty: Type| way_out("take", &ty);
        assert_eq!(way_out(parse_quote!(Cow<'a, str>)), "take `Cow<'static, str>` instead of `Cow<'a, str>`");
        assert_eq!(
            way_out(parse_quote!(Iter<'_, u8>)),
            "take a type that owns its data instead of `Iter<'_, u8>`, such as `Vec<T>`"
        );
    }

    #[test]
    fn what_has_no_size_is_put_where_it_has_one() {
        let instead = |ty: Type| printed(&owned(&ty));
        assert_eq!(instead(parse_quote!(str)), "String");
        assert_eq!(instead(parse_quote!([u8])), "Vec<u8>");
        assert_eq!(instead(parse_quote!((dyn Fn() + 'a))), "Box<dyn Fn() + Send>");
        assert_eq!(instead(parse_quote!(!)), "()");
        assert_eq!(instead(parse_quote!(Path)), "Path");
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
