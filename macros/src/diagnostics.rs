//! The errors that users see.

use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;

/// The errors found so far; all are reported together.
#[derive(Default)]
#[must_use]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    /// Reports `problem` at the tokens of `at`, with the way out of it.
    pub(crate) fn push(&mut self, at: impl ToTokens, problem: impl Display, help: impl Display) {
        self.add(error(at, problem, help));
    }

    /// Reports what is wrong with the syntax, with an example of what is right.
    pub(crate) fn syntax(&mut self, error: &syn::Error, help: impl Display) {
        self.add(syn::Error::new(error.span(), with_help(error, help)));
    }

    pub(crate) fn add(&mut self, error: syn::Error) {
        self.0.push(error);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.into_iter().map(syn::Error::into_compile_error).collect()
    }
}

/// An error in the form that all of ours have.
pub(crate) fn error(at: impl ToTokens, problem: impl Display, help: impl Display) -> syn::Error {
    syn::Error::new_spanned(at, with_help(problem, help))
}

fn with_help(problem: impl Display, help: impl Display) -> String {
    format!("{problem}\n\nhelp: {help}")
}
