//! Types within types: how deep they may be.
//!
//! Whoever reads types calls itself for each type within one, and the stack that this is done on is rustc's.

use proc_macro2::{Delimiter, Group, Punct, Spacing, TokenStream, TokenTree};

use crate::diagnostics::error;

/// Deeper than anybody writes, and a fraction of what a stack bears.
const MOST: usize = 64;

/// What is to be said of an item that has a type too deep to be read.
pub(crate) fn too_deep(item: &TokenStream) -> Option<syn::Error> {
    let at = deepest(item.clone(), 0, Inside::Item)?;
    let problem =
        format_args!("types stand in types here, more than {MOST} deep, and the macro reads no further");
    Some(error(at, problem, "give a part of it a name: `type Inner = …;`"))
}

/// Where the tokens stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Item,
    /// The braces of an impl block or a trait: those in it are bodies, which nobody reads.
    Block,
    Signature,
}

/// The token that is too deep.
fn deepest(tokens: TokenStream, outside: usize, inside: Inside) -> Option<TokenTree> {
    // How many types have begun in which the next one stands: those in angle brackets, and those that only point to it.
    let (mut angles, mut pointers) = (0_usize, 0_usize);
    let (mut is_arrow, mut is_value) = (false, false);
    for token in tokens {
        let depth = outside + angles + pointers;
        if depth > MOST {
            return Some(token);
        }
        match &token {
            // Up to its end: `const ALL: u8 = 1 << 0 | 1 << 1;`
            TokenTree::Punct(punct) if inside == Inside::Block && is_end_or_value(punct, angles) => {
                is_value = punct.as_char() == '=';
                (angles, pointers) = (0, 0);
            }
            _ if is_value => {}
            TokenTree::Group(group) if is_braces(group) && inside != Inside::Item => {
                // A body ends the signature; a value among a type's arguments does not.
                if inside == Inside::Block && angles == 0 {
                    pointers = 0;
                }
            }
            TokenTree::Group(group) => {
                let found = match group.delimiter() {
                    // What a macro of the user's was given, as it stands.
                    Delimiter::None => deepest(group.stream(), depth, inside),
                    Delimiter::Brace => deepest(group.stream(), depth + 1, Inside::Block),
                    _ => deepest(group.stream(), depth + 1, Inside::Signature),
                };
                if found.is_some() {
                    return found;
                }
            }
            TokenTree::Punct(punct) => match punct.as_char() {
                '<' => angles += 1,
                '>' if is_arrow => pointers += 1,
                '>' => (angles, pointers) = (angles.saturating_sub(1), 0),
                '&' | '*' => pointers += 1,
                ',' => pointers = 0,
                _ => {}
            },
            TokenTree::Ident(_) | TokenTree::Literal(_) => {}
        }
        is_arrow = matches!(&token, TokenTree::Punct(punct) if "-=".contains(punct.as_char()) && punct.spacing() == Spacing::Joint);
    }
    None
}

/// Whether an item ends here, or the value of a constant begins: the `=` of `Iterator<Item = u8>` does neither.
fn is_end_or_value(punct: &Punct, angles: usize) -> bool {
    punct.as_char() == ';' || (punct.as_char() == '=' && angles == 0)
}

fn is_braces(group: &Group) -> bool {
    group.delimiter() == Delimiter::Brace
}

#[cfg(test)]
mod tests {
    use super::too_deep;

    fn is_too_deep(members: &str) -> bool {
        too_deep(&format!("impl<T: Ord> Users<T> {{ {members} }}").parse().unwrap()).is_some()
    }

    fn nested(before: &str, after: &str, times: usize) -> String {
        format!("fn get(&self) -> {}u8{} {{ 0 }}", before.repeat(times), after.repeat(times))
    }

    #[test]
    fn types_within_types_are_counted() {
        let each =
            [("Option<", ">"), ("(", ",)"), ("[", "; 1]"), ("&", ""), ("G<{ 0 }, ", ">"), ("fn() -> ", "")];
        for (before, after) in each {
            assert!(is_too_deep(&nested(before, after, 200)), "{before}");
            assert!(!is_too_deep(&nested(before, after, 30)), "{before}");
            let behind = format!(
                "fn all(&self) -> impl Iterator<Item = u8> {{ once(1) }} {}",
                nested(before, after, 200)
            );
            assert!(is_too_deep(&behind), "behind another, {before}");
        }
    }

    #[test]
    fn what_is_no_type_is_not_counted() {
        let shifts = "1 << 0 | ".repeat(100);
        assert!(!is_too_deep(&format!("const ALL: u64 = {shifts} 0;")));
        assert!(!is_too_deep(&format!("const BITS: [u64; 100] = [{}];", "1 << 0, ".repeat(100))));
        let body = format!("fn get(&self) -> bool {{ {} true }}", "1 < 2 && ".repeat(100));
        assert!(!is_too_deep(&body));
        assert!(!is_too_deep(&"fn get(&self) -> Option<&str> { None } ".repeat(100)));
        assert!(!is_too_deep(&"const fn get(&self) -> u8; ".repeat(100)));
    }
}
