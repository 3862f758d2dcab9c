//! Attributes by the path of a crate that has another name: `#[actors::call]`.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{ParseStream, Parser as _};
use syn::{Ident, Path};

use super::{HANDLER_ATTRIBUTES, INTO};

/// `#[actors::call]` → `#[call]`, where the block's own attribute says that the crate is called `actors`.
///
/// Bodies, which are never parsed, keep theirs.
pub(crate) fn without_path_of_crate(block: TokenStream, krate: &Path) -> TokenStream {
    let levels = [Delimiter::Brace, Delimiter::Parenthesis];
    match krate.segments.last() {
        // By its own name it is known anyway.
        Some(name) if name.ident != "callcast" => renamed_attributes(block, &levels, &name.ident),
        _ => block,
    }
}

/// Goes into delimiters level by level: those of the block, and in there those of parameters.
fn renamed_attributes(tokens: TokenStream, levels: &[Delimiter], krate: &Ident) -> TokenStream {
    let mut is_after_pound = false;
    let renamed = tokens.into_iter().map(|token| {
        let is_pound = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '#');
        let is_attribute = std::mem::replace(&mut is_after_pound, is_pound);
        let TokenTree::Group(group) = token else { return token };
        let inside = match (group.delimiter(), levels) {
            (Delimiter::Bracket, _) if is_attribute => short_attribute(group.stream(), krate),
            (Delimiter::None, _) => renamed_attributes(group.stream(), levels, krate),
            (delimiter, [level, deeper @ ..]) if delimiter == *level => {
                renamed_attributes(group.stream(), deeper, krate)
            }
            _ => return group.into(),
        };
        let mut renamed = Group::new(group.delimiter(), inside);
        renamed.set_span(group.span());
        renamed.into()
    });
    renamed.collect()
}

/// `actors::call(always)` → `call(always)`
fn short_attribute(attribute: TokenStream, krate: &Ident) -> TokenStream {
    let parts =
        |input: ParseStream<'_>| Ok((input.call(Path::parse_mod_style)?, input.parse::<TokenStream>()?));
    let Ok((path, rest)) = parts.parse2(attribute.clone()) else { return attribute };
    let names: Vec<_> = path.segments.iter().map(|segment| &segment.ident).collect();
    let is_ours = |name: &Ident| name == INTO || HANDLER_ATTRIBUTES.iter().any(|known| name == known);
    match names[..] {
        [.., place, name] if place == krate && is_ours(name) => quote!(#name #rest),
        _ => attribute,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_attributes_may_be_named_by_the_path_that_the_crate_has() {
        let read = |krate: &str, block: &str| {
            let krate = syn::parse_str(krate).unwrap();
            without_path_of_crate(block.parse().unwrap(), &krate).to_string().replace(' ', "")
        };
        assert_eq!(
            read(
                "::actors",
                "impl S { #[actors::call(always)] #[a::call] fn a(&self, #[::actors::into] x: u8) {} }"
            ),
            "implS{#[call(always)]#[a::call]fna(&self,#[into]x:u8){}}"
        );
        let untouched = "impl S { #[actors::inline] fn a() { #[actors::call] fn b() {} } }";
        assert_eq!(read("crate::deps::actors", untouched), untouched.replace(' ', ""));
        assert_eq!(read("crate::deps::actors", "impl S { #[crate::deps::actors::call] }"), "implS{#[call]}");
    }
}
