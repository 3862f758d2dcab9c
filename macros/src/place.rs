//! Where it stands what we write: where rustc is to show what is wrong with it, and still as ours.

use proc_macro2::{Span, TokenStream};

/// The place with our own hygiene: with the user's, lints would take the code for the user's.
pub(crate) fn at(place: Span) -> Span {
    Span::call_site().located_at(place)
}

/// Its tokens stay ours, or those of the `macro_rules!` that named the crate.
pub(crate) fn located_at(path: TokenStream, location: Span) -> TokenStream {
    path.into_iter()
        .map(|mut token| {
            token.set_span(token.span().located_at(location));
            token
        })
        .collect()
}
