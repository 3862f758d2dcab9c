//! From the attribute's tokens to the item's, in one place.

use proc_macro2::TokenStream;
use quote::ToTokens as _;

use crate::check::check;
use crate::diagnostics::Errors;
use crate::dump::dump;
use crate::expand::expand;
use crate::kind::Kind;
use crate::misplaced;
use crate::model::Server;
use crate::parse::{ServerImpl, without_handler_attributes};

/// Expands `#[agent]` or `#[server]`.
pub(crate) fn expand_server(kind: Kind, args: TokenStream, item: TokenStream) -> TokenStream {
    // What cannot be parsed is handed back as written, so that only the one error shows.
    let input = match syn::parse2::<ServerImpl>(item.clone()) {
        Ok(input) => input,
        Err(error) => {
            let error = misplaced::on_item(kind, item.clone()).unwrap_or(error);
            return TokenStream::from_iter([without_handler_attributes(item), error.into_compile_error()]);
        }
    };
    if let Some(error) = misplaced::on_its_own_kind(kind, &input) {
        // As written: the handlers are those of the other attribute, whose turn comes next.
        return TokenStream::from_iter([item, error.into_compile_error()]);
    }
    if let Some(refused) = misplaced::on_impl(kind, &input) {
        return refused;
    }
    let mut errors = Errors::default();
    input.syntax_errors().for_each(|error| errors.add(unreadable(error)));
    let Some(mut server) = Server::new(kind, args, &input, &mut errors) else {
        return input.to_token_stream();
    };
    check(&mut server, &mut errors);
    // The items are written even when there are errors: calls of the client elsewhere keep their types.
    let expansion = TokenStream::from_iter([expand(&server), errors.into_tokens()]);
    dump(server.title, &expansion);
    expansion
}

/// `#[call] fn rename(&mut self, to: )`: what is missing, rustc says.
fn unreadable(error: &syn::Error) -> syn::Error {
    let message = "this is no handler yet, because its signature cannot be read\n\nhelp: write it to its end, as in `fn get(&self) -> u64 { … }`";
    syn::Error::new(error.span(), message)
}
