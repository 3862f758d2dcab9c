//! What the user meant.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericParam, Generics, Ident, Type, visit_mut::VisitMut as _};

use crate::attrs::{self, Place};
use crate::diagnostics::Errors;
use crate::handler::Handler;
use crate::kind::{Kind, Role};
use crate::names::{self, Names};
use crate::options::Options;
use crate::parse::{Function, ServerImpl};
use crate::self_type::SelfType;
use crate::ty;

/// A `GenServer`, as an impl block describes it.
pub(crate) struct Server<'a> {
    pub(crate) kind: Kind,
    pub(crate) input: &'a ServerImpl,
    pub(crate) options: Options,
    /// The last segment of the type's path.
    pub(crate) title: &'a Ident,
    pub(crate) names: Names,
    /// The names of the functions that start one; `None` where the user's own function has the name.
    pub(crate) start: Option<Ident>,
    pub(crate) spec: Option<Ident>,
    pub(crate) self_ty: &'a Type,
    /// Those of the impl, fit for the items beside it: without defaults, without `Self`.
    pub(crate) generics: Generics,
    pub(crate) handlers: Vec<Handler<'a>>,
    /// Methods that cannot even stay in the block: rustc would refuse them once more, in other words.
    pub(crate) left_out: Vec<&'a Function>,
}

impl<'a> Server<'a> {
    /// `None` if the type has no name from which others could be made.
    pub(crate) fn new(
        kind: Kind,
        args: TokenStream,
        input: &'a ServerImpl,
        errors: &mut Errors,
    ) -> Option<Self> {
        let title = &ty::last_segment(&input.self_ty)?.ident;
        let self_type = SelfType(&input.self_ty);
        let options = Options::new(kind, args, errors);
        Some(Self {
            kind,
            input,
            title,
            names: Names::new(title),
            start: Some(names::generated_or(options.start.as_ref(), "start")),
            spec: Some(names::generated_or(options.spec.as_ref(), "spec")),
            options,
            self_ty: &input.self_ty,
            generics: generics(&input.generics, &self_type),
            handlers: input
                .functions()
                .filter_map(|function| handler(function, &self_type, errors))
                .collect(),
            left_out: Vec::new(),
        })
    }

    /// The handlers of one role.
    pub(crate) fn handlers_of(&self, role: Role) -> impl Iterator<Item = &Handler<'a>> {
        self.handlers.iter().filter(move |handler| handler.role == role)
    }

    /// The attributes on the block that all items beside it need as well.
    pub(crate) fn attrs(&self) -> Vec<TokenStream> {
        attrs::propagated(&self.input.attrs, Place::Item)
    }

    /// The path of our crate in the generated code.
    pub(crate) fn krate(&self) -> TokenStream {
        self.options.krate()
    }

    /// The path of what only generated code may name.
    pub(crate) fn private(&self) -> TokenStream {
        let krate = self.krate();
        quote!(#krate::__private)
    }

    pub(crate) fn client_type(&self) -> TokenStream {
        let client = &self.names.client;
        let (_, arguments, _) = self.generics.split_for_impl();
        quote!(#client #arguments)
    }
}

fn generics(input: &Generics, self_type: &SelfType<'_>) -> Generics {
    let mut generics = input.clone();
    SelfType(self_type.0).visit_generics_mut(&mut generics);
    for param in &mut generics.params {
        match param {
            GenericParam::Type(param) => param.default = None,
            GenericParam::Const(param) => param.default = None,
            GenericParam::Lifetime(_) => {}
        }
    }
    generics
}

/// A method is a handler by its first handler attribute; that there is one only is checked later.
fn handler<'a>(function: &'a Function, self_type: &SelfType<'_>, errors: &mut Errors) -> Option<Handler<'a>> {
    let attribute = function.handler_attrs.first()?;
    let name = &attribute.path().segments.last()?.ident;
    let role = Role::ALL.into_iter().find(|role| name == role.name())?;
    Some(Handler::new(role, attribute, function, self_type, errors))
}
