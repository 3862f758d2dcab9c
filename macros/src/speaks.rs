//! The protocols that a server speaks besides its own: those of `protocols(Store, Audit)`.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{Ident, Path, Type};

use crate::names;
use crate::place::{at, located_at};
use crate::self_type::SelfType;

/// One of them. Its name in the code is the user's, so nothing is made from that but a variant.
pub(crate) struct Spoken {
    /// As the user has written it.
    pub(crate) path: Path,
    /// The variant of the server's messages that holds those of the protocol.
    pub(crate) variant: Ident,
    /// `ProtocolOf<dyn Store, Memory>`, without `Self`.
    pub(crate) protocol: Type,
    /// `dyn Store`, without `Self`.
    pub(crate) object: Type,
}

impl Spoken {
    pub(crate) fn new(path: &Path, self_type: &SelfType<'_>, private: &TokenStream) -> Option<Self> {
        let variant = names::generated(&path.segments.last()?.ident);
        let protocol = protocol(path, self_type, private)?;
        let object = self_type.replaced_in(&object(path)?);
        Some(Self { path: path.clone(), variant, protocol, object })
    }

    /// The trait, as documentation and `use` name it.
    pub(crate) fn name(&self) -> String {
        let segments: Vec<_> = self.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let colon = if self.path.leading_colon.is_some() { "::" } else { "" };
        format!("{colon}{}", segments.join("::"))
    }

    /// The place of its name, where rustc is to say what is wrong with it.
    pub(crate) fn location(&self) -> Span {
        location(&self.path)
    }
}

/// The place of a path's last name, with our own hygiene.
pub(crate) fn location(path: &Path) -> Span {
    let name = path.segments.last().map(|segment| segment.ident.span());
    name.map_or_else(Span::call_site, at)
}

/// `ProtocolOf<dyn Store, Memory>`: what stands for the protocol where a type has to. Of all that `#[protocol]` has written, only
/// the trait has a name here, and `dyn Store` leads from that to the rest.
///
/// All of it stands where the path does, so that rustc says there, and once, that the trait is none of a protocol.
pub(crate) fn protocol(path: &Path, self_type: &SelfType<'_>, private: &TokenStream) -> Option<Type> {
    let (place, object, server) = (location(path), object(path)?, self_type.0);
    let private = located_at(private.clone(), place);
    let ty = syn::parse2(quote_spanned!(place=> #private::ProtocolOf<#object, #server>)).ok()?;
    Some(self_type.replaced_in(&ty))
}

/// `dyn Store`
fn object(path: &Path) -> Option<Type> {
    syn::parse2(quote_spanned!(location(path)=> dyn #path)).ok()
}
