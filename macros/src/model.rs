//! What the user meant.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{GenericParam, Generics, Ident, Type, Visibility, parse_quote, visit_mut::VisitMut as _};

use crate::attrs::{self, Place};
use crate::diagnostics::Errors;
use crate::handler::Handler;
use crate::kind::{Kind, Role};
use crate::names::{self, Names};
use crate::options::Options;
use crate::parse::protocol::ProtocolTrait;
use crate::parse::{Function, ServerImpl};
use crate::self_type::SelfType;
use crate::speaks::Spoken;
use crate::ty;

/// A `GenServer`, as an impl block describes it, or what any may be asked, as a trait does.
pub(crate) struct Server<'a> {
    pub(crate) kind: Kind,
    pub(crate) input: &'a ServerImpl,
    pub(crate) options: Options,
    /// The last segment of the type's path; the trait's name.
    pub(crate) title: &'a Ident,
    /// Who may use the items.
    pub(crate) vis: Visibility,
    pub(crate) names: Names,
    /// The names of the functions that start one; `None` where the user's own function has the name.
    pub(crate) start: Option<Ident>,
    pub(crate) spec: Option<Ident>,
    /// The type of the state; `StoreProtocol` for a protocol.
    pub(crate) self_ty: &'a Type,
    /// Those of the impl, fit for the items beside it: without defaults, without `Self`. A trait's keep their defaults.
    pub(crate) generics: Generics,
    pub(crate) handlers: Vec<Handler<'a>>,
    /// What it speaks besides.
    pub(crate) protocols: Vec<Spoken>,
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
        let mut server = Self::titled(kind, title, args, input, errors);
        without_defaults(&mut server.generics);
        Some(server)
    }

    pub(crate) fn protocol(args: TokenStream, input: &'a ProtocolTrait, errors: &mut Errors) -> Self {
        let mut server = Self::titled(Kind::Protocol, &input.ident, args, &input.block, errors);
        server.generics = generics_of_trait(&input.block.generics);
        server.vis = of_generated(&input.vis);
        server
    }

    fn titled(
        kind: Kind,
        title: &'a Ident,
        args: TokenStream,
        input: &'a ServerImpl,
        errors: &mut Errors,
    ) -> Self {
        let self_type = SelfType(&input.self_ty);
        let options = Options::new(kind, args, errors);
        let krate = options.krate();
        let spoken = |path| Spoken::new(path, &self_type, &quote!(#krate::__private));
        let protocols = options.protocols.iter().filter_map(spoken).collect();
        Self {
            kind,
            input,
            title,
            vis: parse_quote!(pub),
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
            protocols,
            left_out: Vec::new(),
        }
    }

    /// The handlers of one role.
    pub(crate) fn handlers_of(&self, role: Role) -> impl Iterator<Item = &Handler<'a>> {
        self.handlers.iter().filter(move |handler| handler.role == role)
    }

    /// The attributes on the block that all items beside it need as well.
    pub(crate) fn attrs(&self) -> Vec<TokenStream> {
        let mut attrs = attrs::propagated(&self.input.attrs, Place::Item);
        // A type is deprecated where it stands, and a trait in all that names it.
        if self.kind == Kind::Protocol && attrs::has(&self.input.attrs, "deprecated") {
            attrs.push(quote!(#[allow(deprecated, reason = "whoever uses the trait is warned")]));
        }
        attrs
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

pub(crate) fn generics(input: &Generics, self_type: &SelfType<'_>) -> Generics {
    let mut generics = input.clone();
    SelfType(self_type.0).visit_generics_mut(&mut generics);
    generics
}

pub(crate) fn without_defaults(generics: &mut Generics) {
    for param in &mut generics.params {
        match param {
            GenericParam::Type(param) => param.default = None,
            GenericParam::Const(param) => param.default = None,
            GenericParam::Lifetime(_) => {}
        }
    }
}

/// The user's word at our place: lints take an item for the user's if it begins with a word of the user's.
fn of_generated(vis: &Visibility) -> Visibility {
    let mut vis = vis.clone();
    match &mut vis {
        Visibility::Public(public) => public.span = Span::call_site(),
        Visibility::Restricted(restricted) => restricted.pub_token.span = Span::call_site(),
        Visibility::Inherited => {}
    }
    vis
}

/// Without what is said of `Self`: in a trait, that is a server of any type.
fn generics_of_trait(input: &Generics) -> Generics {
    let mut generics = input.clone();
    for param in generics.type_params_mut() {
        param.default.take_if(|(_, default)| ty::mentions_self(default));
    }
    if let Some(clause) = &mut generics.where_clause {
        let kept = clause.predicates.iter().filter(|predicate| !ty::mentions_self(*predicate));
        clause.predicates = kept.cloned().collect();
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
