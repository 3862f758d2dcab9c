//! Attributes by the path of a crate that has another name: `#[actors::call]`.

use proc_macro2::{Delimiter, Group, TokenStream};
use quote::quote;
use syn::{Ident, Path};

use super::{INTO, filled, makes_a_handler, path_and_rest, with_attributes};

/// `#[actors::call]` → `#[call]`, where the block's own attribute says that the crate is called `actors`.
///
/// Those of the block and of parameters in it; bodies, which are never parsed, keep theirs.
pub(crate) fn without_path_of_crate(block: TokenStream, krate: &Path) -> TokenStream {
    let levels = [Delimiter::Brace, Delimiter::Parenthesis].into_iter();
    match krate.segments.last() {
        // By its own name it is known anyway.
        Some(name) if name.ident != "callcast" => {
            with_attributes(block, &levels, &|attribute| Some(short_attribute(attribute, &name.ident)))
        }
        _ => block,
    }
}

/// `[actors::call(always)]` → `[call(always)]`
fn short_attribute(attribute: Group, krate: &Ident) -> Group {
    let Some((path, rest)) = path_and_rest(&attribute) else { return attribute };
    let names: Vec<_> = path.segments.iter().map(|segment| &segment.ident).collect();
    match names[..] {
        [.., place, name] if place == krate && (makes_a_handler(name) || name == INTO) => {
            filled(&attribute, quote!(#name #rest))
        }
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
