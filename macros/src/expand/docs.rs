//! The documentation of generated items.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};

use crate::handler::Handler;
use crate::model::Server;
use crate::{names, ty};

/// ``[`Counter`]``
pub(super) fn link(server: &Server<'_>) -> String {
    reference(server, "")
}

/// ``[`Counter::get`]``
pub(super) fn handler_link(server: &Server<'_>, handler: &Handler<'_>) -> String {
    reference(server, &format!("::{}", handler.ident()))
}

/// Names a type in another module by its last segment, and links to it by its path.
fn reference(server: &Server<'_>, member: &str) -> String {
    let title = names::text(server.title);
    match ty::path(server.self_ty) {
        Some(path) if path.segments.len() > 1 || path.leading_colon.is_some() => {
            let segments: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            let colon = path.leading_colon.to_token_stream();
            format!("[`{title}{member}`]({colon}{}{member})", segments.join("::"))
        }
        _ => format!("[`{title}{member}`]"),
    }
}

/// Puts attributes where people write them: below the docs of an item.
pub(super) fn with_attributes(item: TokenStream, attrs: &[TokenStream]) -> TokenStream {
    let item: Vec<_> = item.into_iter().collect();
    let docs = item.chunks_exact(2).take_while(|tokens| is_doc(tokens)).count();
    let (docs, rest) = item.split_at(2 * docs);
    quote!(#(#docs)* #(#attrs)* #(#rest)*)
}

/// `#[doc = "…"]`
fn is_doc(tokens: &[TokenTree]) -> bool {
    let [TokenTree::Punct(pound), TokenTree::Group(group)] = tokens else { return false };
    let name = group.stream().into_iter().next();
    pound.as_char() == '#'
        && group.delimiter() == Delimiter::Bracket
        && matches!(name, Some(TokenTree::Ident(name)) if name == "doc")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_stand_below_the_docs() {
        let attrs = [quote!(#[cfg(unix)]), quote!(#[allow(a)])];
        let check = |item: &str, expected: &str| {
            let [item, expected]: [TokenStream; 2] = [item, expected].map(|code| code.parse().unwrap());
            assert_eq!(with_attributes(item, &attrs).to_string(), expected.to_string());
        };
        check(
            r#"#[doc = "a"] #[doc = "b"] #[derive(Debug)] pub struct S;"#,
            r#"#[doc = "a"] #[doc = "b"] #[cfg(unix)] #[allow(a)] #[derive(Debug)] pub struct S;"#,
        );
        check("impl S {}", "#[cfg(unix)] #[allow(a)] impl S {}");
    }
}
