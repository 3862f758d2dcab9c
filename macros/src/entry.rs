//! From the attribute's tokens to the item's, in one place.

use proc_macro2::TokenStream;
use quote::ToTokens as _;

use crate::check::{self, check, check_protocol};
use crate::depth;
use crate::diagnostics::Errors;
use crate::dump::dump;
use crate::expand::{self, expand};
use crate::handler::Handler;
use crate::kind::Kind;
use crate::misplaced;
use crate::model::Server;
use crate::options::Options;
use crate::parse::protocol::ProtocolTrait;
use crate::parse::renamed::without_path_of_crate;
use crate::parse::{ServerImpl, without_handler_attributes};
use crate::speech::{self, Speech};

/// Expands whichever of the three it is.
#[cfg(test)]
pub(crate) fn expand_any(kind: Kind, args: TokenStream, item: TokenStream) -> TokenStream {
    match kind {
        Kind::Agent | Kind::Server => expand_server(kind, args, item),
        Kind::Protocol => expand_protocol(args, item),
    }
}

/// Expands `#[agent]` or `#[server]`.
pub(crate) fn expand_server(kind: Kind, args: TokenStream, item: TokenStream) -> TokenStream {
    if let Some(error) = depth::too_deep(&item) {
        return TokenStream::from_iter([without_handler_attributes(item), error.into_compile_error()]);
    }
    let item = by_plain_names(kind, &args, item);
    // What cannot be parsed is handed back as written, so that only the one error shows.
    let input = match syn::parse2::<ServerImpl>(item.clone()) {
        Ok(input) => input,
        Err(error) => {
            let error = misplaced::on_item(kind, item.clone()).unwrap_or(error);
            return TokenStream::from_iter([without_handler_attributes(item), error.into_compile_error()]);
        }
    };
    if let Some(error) = misplaced::on_its_own_kind(kind, &input.self_ty, &input) {
        // As written: the handlers are those of the other attribute, whose turn comes next.
        return TokenStream::from_iter([item, error.into_compile_error()]);
    }
    if let Some(refused) = misplaced::on_impl(kind, &input) {
        return refused;
    }
    if input.implemented.is_some() {
        return expand_speech(kind, args, &input);
    }
    let mut errors = Errors::default();
    input.syntax_errors().for_each(|error| errors.add(unreadable(kind, error)));
    let Some(mut server) = Server::new(kind, args, &input, &mut errors) else {
        return input.to_token_stream();
    };
    check(&mut server, &mut errors);
    // The items are written even when there are errors: calls of the client elsewhere keep their types.
    let expansion = TokenStream::from_iter([expand(&server), errors.into_tokens()]);
    dump(server.title, &expansion);
    expansion
}

/// Expands `#[agent]` or `#[server]` on the handlers of a protocol.
fn expand_speech(kind: Kind, args: TokenStream, input: &ServerImpl) -> TokenStream {
    let mut errors = Errors::default();
    input.syntax_errors().for_each(|error| errors.add(unreadable(kind, error)));
    let attribute = speech::attribute();
    let Some(mut speech) = Speech::new(kind, args, input, &attribute, &mut errors) else {
        return input.to_token_stream();
    };
    check::speech::check(&mut speech, &mut errors);
    // What is incomplete, rustc says.
    let is_sound = errors.count() == 0 && speech.handlers.iter().all(Handler::is_complete);
    let expansion = expand::speech::expand(&speech, is_sound);
    let expansion = TokenStream::from_iter([expansion, errors.into_tokens()]);
    dump(speech.title, &expansion);
    expansion
}

/// Expands `#[protocol]`.
pub(crate) fn expand_protocol(args: TokenStream, item: TokenStream) -> TokenStream {
    if let Some(error) = depth::too_deep(&item) {
        return TokenStream::from_iter([without_handler_attributes(item), error.into_compile_error()]);
    }
    let item = by_plain_names(Kind::Protocol, &args, item);
    let input = match syn::parse2::<ProtocolTrait>(item.clone()) {
        Ok(input) => input,
        Err(error) => {
            let error = misplaced::protocol(item.clone()).unwrap_or(error);
            return TokenStream::from_iter([without_handler_attributes(item), error.into_compile_error()]);
        }
    };
    if let Some(error) = misplaced::on_its_own_kind(Kind::Protocol, &input.ident, &input.block) {
        return TokenStream::from_iter([item, error.into_compile_error()]);
    }
    let mut errors = Errors::default();
    check::protocol::refused(&input, &mut errors);
    if errors.count() > 0 {
        // Of an auto trait, rustc would say that there are none.
        let rest = if input.autoness.is_none() { input.to_token_stream() } else { TokenStream::new() };
        return TokenStream::from_iter([rest, errors.into_tokens()]);
    }
    input.block.syntax_errors().for_each(|error| errors.add(unreadable(Kind::Protocol, error)));
    let mut server = Server::protocol(args, &input, &mut errors);
    check_protocol(&mut server, &input, &mut errors);
    let expansion = TokenStream::from_iter([expand::expand_protocol(&server), errors.into_tokens()]);
    dump(server.title, &expansion);
    expansion
}

/// What is named by the path of the option `crate` is ours: `#[actors::call]`.
fn by_plain_names(kind: Kind, args: &TokenStream, item: TokenStream) -> TokenStream {
    // What is wrong with the options is said later.
    let options = Options::new(kind, args.clone(), &mut Errors::default());
    match &options.krate {
        Some(krate) => without_path_of_crate(item, krate),
        None => item,
    }
}

/// `#[call] fn rename(&mut self, to: )`: what is missing, rustc says.
fn unreadable(kind: Kind, error: &syn::Error) -> syn::Error {
    let example =
        if kind == Kind::Protocol { "fn get(&self) -> u64;" } else { "fn get(&self) -> u64 { … }" };
    let message = format!(
        "this is no handler yet, because its signature cannot be read\n\nhelp: write it to its end, as in `{example}`"
    );
    syn::Error::new(error.span(), message)
}
