//! What the user meant by `#[server] impl Store for DiskStore`: how a server answers what a protocol asks.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Generics, Ident, Path, Type, parse_quote};

use crate::attrs::{self, Place};
use crate::diagnostics::Errors;
use crate::handler::{Handler, Meaning, Param};
use crate::kind::{Kind, Role};
use crate::model::{self, without_defaults};
use crate::options::Options;
use crate::parse::{Function, ServerImpl};
use crate::self_type::SelfType;
use crate::{borrow, speaks, ty};

pub(crate) struct Speech<'a> {
    pub(crate) kind: Kind,
    pub(crate) input: &'a ServerImpl,
    pub(crate) options: Options,
    /// The last segment of the type's path.
    pub(crate) title: &'a Ident,
    /// The trait, as the user has written it.
    pub(crate) path: &'a Path,
    /// `ProtocolOf<dyn Store, DiskStore>`, without `Self`.
    pub(crate) protocol: Type,
    pub(crate) self_ty: &'a Type,
    pub(crate) generics: Generics,
    /// Of which nothing is known here: whether they are calls or casts, the protocol says.
    pub(crate) handlers: Vec<Handler<'a>>,
    /// Methods that cannot even stay in the block: rustc would refuse them once more, in other words.
    pub(crate) left_out: Vec<&'a Function>,
}

/// What the methods would have as handlers of the server's own.
pub(crate) fn attribute() -> Attribute {
    parse_quote!(#[call])
}

impl<'a> Speech<'a> {
    /// `None` if there is no trait, or no name.
    pub(crate) fn new(
        kind: Kind,
        args: TokenStream,
        input: &'a ServerImpl,
        attribute: &'a Attribute,
        errors: &mut Errors,
    ) -> Option<Self> {
        let (path, self_ty) = (&input.implemented.as_ref()?.path, &input.self_ty);
        let self_type = SelfType(self_ty);
        let mut generics = model::generics(&input.generics, &self_type);
        without_defaults(&mut generics);
        let options = Options::of_speech(kind, args, errors);
        let krate = options.krate();
        let handler = |function| Handler::new(Role::Call, attribute, function, &self_type, errors);
        Some(Self {
            kind,
            input,
            title: &ty::last_segment(self_ty)?.ident,
            path,
            protocol: speaks::protocol(path, &self_type, &quote!(#krate::__private))?,
            self_ty,
            generics,
            handlers: input.functions().map(handler).collect(),
            left_out: Vec::new(),
            options,
        })
    }

    /// Whether it is more than an impl of the trait: there, nothing waits, and nothing is given but the arguments.
    pub(crate) fn is_by_hand(&self) -> bool {
        self.handlers.iter().any(|handler| handler.is_async() || handler.params.iter().any(is_given))
    }

    /// The attributes on the block that the item beside it needs as well.
    pub(crate) fn attrs(&self) -> Vec<TokenStream> {
        attrs::propagated(&self.input.attrs, Place::Item)
    }

    pub(crate) fn private(&self) -> TokenStream {
        let krate = self.options.krate();
        quote!(#krate::__private)
    }
}

/// Whether a parameter is no argument of the protocol's, or is not meant to be one.
fn is_given(param: &Param<'_>) -> bool {
    let ty = &param.source.ty;
    !matches!(param.meaning, Meaning::Argument(_))
        || borrow::context(ty).is_some()
        || ty::reference(ty).is_some_and(|lent| ty::is_reply(&lent.elem))
}
