//! Every identifier that we invent.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use syn::Ident;
use syn::ext::IdentExt as _;

use crate::place::at;

/// The names of the items that are written for one server.
pub(crate) struct Names {
    pub(crate) call: Ident,
    pub(crate) cast: Ident,
    pub(crate) info: Ident,
    pub(crate) request: Ident,
    pub(crate) client: Ident,
    /// How a server handles the messages of a protocol.
    pub(crate) handlers: Ident,
    /// What runs them where they are sent.
    pub(crate) engine: Ident,
}

/// `Store` → `StoreProtocol`: the type that stands for a trait.
pub(crate) fn protocol(title: &Ident) -> Ident {
    format_ident!("{}Protocol", title.unraw(), span = Span::call_site())
}

impl Names {
    /// `Counter` → `CounterCall`, `CounterClient`, …
    ///
    /// They have the attribute's span: with the user's, editors would take them for the struct's name.
    pub(crate) fn new(server: &Ident) -> Self {
        let name = |suffix| format_ident!("{}{suffix}", server.unraw(), span = Span::call_site());
        Self {
            call: name("Call"),
            cast: name("Cast"),
            info: name("Info"),
            request: name("Request"),
            client: name("Client"),
            handlers: name("Handlers"),
            engine: name("Engine"),
        }
    }
}

/// `get_all` → `GetAll`.
pub(crate) fn variant(handler: &Ident) -> Ident {
    let camel: String = handler.unraw().to_string().split('_').map(capitalized).collect();
    // `Self` is a keyword, `1st` is no name.
    let candidates = [camel.clone(), format!("{camel}_"), format!("_{camel}")];
    let fitting = candidates.iter().find_map(|name| syn::parse_str::<Ident>(name).ok());
    fitting.unwrap_or_else(|| handler.clone()).unraw()
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// A variable of our own, which no variable of the user's can meet.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// The field of a request that says where the reply goes; fields have no hygiene, so the name has to be free.
pub(crate) fn reply_field(arguments: &[&Ident]) -> Ident {
    let mut name = "reply".to_owned();
    while arguments.iter().any(|argument| argument.unraw() == name) {
        name.push('_');
    }
    local(&name)
}

/// The user's name for an item of ours: it stays where it is, but lints know that the item is not the user's.
pub(crate) fn generated(ident: &Ident) -> Ident {
    let place = at(ident.span());
    let name = ident.to_string();
    if KEYWORDS_OF_SOME_EDITION.contains(&name.as_str()) {
        return Ident::new_raw(&name, place);
    }
    let mut ident = ident.clone();
    ident.set_span(place);
    ident
}

/// Names in the user's edition, maybe, and keywords in ours, which our identifiers are read by.
const KEYWORDS_OF_SOME_EDITION: [&str; 5] = ["async", "await", "dyn", "gen", "try"];

/// The name that the user has chosen for an item of ours, or the one that it has otherwise.
pub(crate) fn generated_or(chosen: Option<&Ident>, default: &str) -> Ident {
    chosen.map_or_else(|| Ident::new(default, Span::call_site()), generated)
}

/// Whether types mention a type parameter.
pub(crate) fn mentions(types: TokenStream, param: &Ident) -> bool {
    let mut after_colon = false;
    types.into_iter().any(|token| match token {
        // The `T` of `module::T` is something else.
        TokenTree::Ident(ident) => !std::mem::take(&mut after_colon) && ident == *param,
        TokenTree::Group(group) => mentions(group.stream(), param),
        TokenTree::Punct(punct) => {
            after_colon = punct.as_char() == ':';
            false
        }
        TokenTree::Literal(_) => false,
    })
}

/// A type parameter of our own: they have no hygiene, so the name has to be one that the user has not written.
pub(crate) fn type_param(name: &str, written: &impl ToTokens) -> Ident {
    let mut name = name.to_owned();
    while is_written(written.to_token_stream(), &name) {
        name.push('_');
    }
    Ident::new(&name, Span::call_site())
}

fn is_written(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident.unraw() == name,
        TokenTree::Group(group) => is_written(group.stream(), name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// The name as it is written, without `r#`.
pub(crate) fn text(ident: &Ident) -> String {
    ident.unraw().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ident(name: &str) -> Ident {
        syn::parse_str(name).unwrap()
    }

    #[test]
    fn a_handler_becomes_a_variant() {
        for (handler, expected) in [
            ("get", "Get"),
            ("get_all", "GetAll"),
            ("getA", "GetA"),
            ("_hidden", "Hidden"),
            ("r#type", "Type"),
            ("self_", "Self_"),
            ("_1st", "_1st"),
            ("__", "__"),
            ("_١", "_١"),
            ("straße", "Straße"),
        ] {
            assert_eq!(variant(&ident(handler)).to_string(), expected);
        }
    }

    #[test]
    fn a_type_parameter_makes_room_for_types() {
        let free = |code: &str| type_param("S", &code.parse::<TokenStream>().unwrap()).to_string();
        assert_eq!(free("trait Store { fn get(&self, s: String) -> T; }"), "S");
        assert_eq!(free("trait Store<S> { fn get(&self, r#S_: Vec<u8>); }"), "S__");
    }

    #[test]
    fn the_field_for_the_reply_makes_room_for_arguments() {
        let free = |names: &[&str]| {
            let idents: Vec<_> = names.iter().map(|name| ident(name)).collect();
            reply_field(&idents.iter().collect::<Vec<_>>()).to_string()
        };
        assert_eq!(free(&[]), "reply");
        assert_eq!(free(&["key", "reply"]), "reply_");
        assert_eq!(free(&["reply_", "reply"]), "reply__");
    }
}
