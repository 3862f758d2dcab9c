//! What holds for every expansion, whatever the macro has been given.

use std::panic::{self, AssertUnwindSafe};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::{FnArg, Pat, Signature, Type};

use super::fuzz::Input;
use super::tree;
use crate::borrow;
use crate::entry::expand_any;
use crate::handler::typed_inputs;
use crate::kind::Kind;
use crate::parse::protocol::ProtocolTrait;
use crate::parse::{
    Function, HANDLER_ATTRIBUTES, Item, ServerImpl, is_block_attribute, is_into_attribute,
    without_handler_attributes,
};
use crate::ty;

/// Names that code of the user's may mean something else by, or that are another crate's.
const NOT_OURS: [&str; 22] = [
    "compile_error",
    "Box",
    "Clone",
    "Debug",
    "Default",
    "Err",
    "From",
    "Into",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Result",
    "Send",
    "Some",
    "String",
    "Sync",
    "Vec",
    "alloc",
    "core",
    "std",
    "tokio",
];

/// How much more may be written than was read: the type and its generics stand in every item, and for every handler.
const GROWTH: usize = 100;
const LEAST: usize = 4_000;

/// Says whether the input could be parsed, or what is wrong with the output.
pub(super) fn check(input: &Input) -> Result<bool, String> {
    let (args, item) = (tree::stream(&input.args), tree::stream(&input.block));
    let (kind, size) = (input.kind, tree::count(&input.args) + tree::count(&input.block));
    let expand = AssertUnwindSafe(|| expand_any(kind, args.clone(), item.clone()));
    let expansion = panic::catch_unwind(expand).map_err(|_| "the macro panics")?;
    if length(expansion.clone()) > LEAST + size * GROWTH {
        return Err("the expansion grows out of all proportion".to_owned());
    }
    let parsed = parsed(kind, item.clone());
    let protocol: Option<ProtocolTrait> = syn::parse2(item.clone()).ok().filter(|_| kind == Kind::Protocol);
    let rest = match &parsed {
        // The other attribute's turn comes with the block as it is.
        Some(written) if written.attrs.iter().any(is_block_attribute) => behind(expansion, item.clone())?,
        // rustc would refuse it as well.
        Some(_) if protocol.as_ref().is_some_and(|written| written.autoness.is_some()) => expansion,
        Some(written) if ty::last_segment(&written.self_ty).is_some() => {
            let (block, rest) = split(expansion, written);
            // No constants and types are handed back.
            if protocol.is_none_or(|written| written.associated.is_empty()) {
                as_written(item.clone(), written.to_token_stream())?;
            }
            let Some(TokenTree::Group(body)) = block.clone().into_iter().last() else {
                return Err("the block is gone".to_owned());
            };
            if !are_there(kind, written, &written.items, &tokens_of(body.stream())) {
                return Err("an item is gone, or has changed".to_owned());
            }
            // What is half typed need not be an impl block without it.
            if written.syntax_errors().next().is_none() {
                without_our_attributes(kind, block)?;
            }
            rest
        }
        // Nothing is left of a block whose type has no name.
        Some(_) => expansion,
        None => behind(expansion, without_handler_attributes(item.clone()))?,
    };
    if let Err(error) = syn::parse2::<syn::File>(rest.clone())
        && parsed.as_ref().is_none_or(is_printed_as_read)
    {
        return Err(format!("what we write is no valid syntax: {error}"));
    }
    nothing_foreign(rest, &leaves(TokenStream::from_iter([args, item])))?;
    Ok(parsed.is_some())
}

/// The block, or the trait as one.
pub(super) fn parsed(kind: Kind, item: TokenStream) -> Option<ServerImpl> {
    match kind {
        Kind::Agent | Kind::Server => syn::parse2(item).ok(),
        Kind::Protocol => syn::parse2::<ProtocolTrait>(item).ok().map(|written| written.block),
    }
}

/// syn reads some types that it cannot read again when it has printed them: `none!{ self }<>`.
fn is_printed_as_read(written: &ServerImpl) -> bool {
    let is_type = |ty: &Type| syn::parse2::<Type>(ty.to_token_stream()).is_ok();
    let is_signature = |sig: &Signature| syn::parse2::<Signature>(sig.to_token_stream()).is_ok();
    is_type(&written.self_ty) && written.functions().all(|function| is_signature(&function.sig))
}

/// The user's block, and what stands behind it.
///
/// The handlers of a protocol may be handed back as the type's own: without the `Store for` of their header.
pub(super) fn split(expansion: TokenStream, written: &ServerImpl) -> (TokenStream, TokenStream) {
    let tokens = tokens_of(expansion.clone());
    let begins = |block: &TokenStream| {
        let block = tokens_of(block.clone());
        block.split_last().is_some_and(|(_, header)| tokens.starts_with(header))
    };
    let (as_written, inherent) = (written.to_token_stream(), written.inherent(&[]));
    let block = if begins(&as_written) { as_written } else { inherent };
    let len = block.into_iter().count();
    let mut tokens = expansion.into_iter();
    (tokens.by_ref().take(len).collect(), tokens.collect())
}

/// What stands behind `block`, which could not be parsed and is handed back.
fn behind(expansion: TokenStream, block: TokenStream) -> Result<TokenStream, String> {
    let mut rest = expansion.into_iter();
    let is_same = |token: TokenTree| rest.next().is_some_and(|other| other.to_string() == token.to_string());
    if !block.into_iter().all(is_same) {
        return Err("what could not be parsed is not handed back as written".to_owned());
    }
    Ok(rest.collect())
}

/// Whether these items are there, one behind the other, but for those that may be gone.
fn are_there(kind: Kind, written: &ServerImpl, items: &[Item], block: &[String]) -> bool {
    let [item, more @ ..] = items else { return block.is_empty() };
    let behind = block.strip_prefix(&*tokens_of(item.to_token_stream()));
    behind.is_some_and(|block| are_there(kind, written, more, block))
        || may_be_gone(kind, written, item) && are_there(kind, written, more, block)
}

fn tokens_of(stream: TokenStream) -> Vec<String> {
    stream.into_iter().map(|token| token.to_string()).collect()
}

/// rustc would say it once more of a `Context` where there is none, of types of ours without the bounds that they need, and
/// of what has no size.
fn may_be_gone(kind: Kind, written: &ServerImpl, item: &Item) -> bool {
    // What only a server has is not in the impl of a trait, and a type in nothing else.
    let is_of_trait = written.implemented.is_some();
    let function = match item {
        Item::Fn(function) => function,
        Item::Type(_) => return is_of_trait,
        Item::Broken(..) | Item::Other(_) => return false,
    };
    let is_misplaced = is_of_trait && !function.handler_attrs.is_empty();
    let is_handler = !function.handler_attrs.is_empty() || written.implemented.is_some();
    let mut inputs = typed_inputs(function);
    let has_context = typed_inputs(function)
        .any(|input| ty::is_named(&input.ty, "Context") || borrow::context(&input.ty).is_some());
    let names_ours = || {
        let title = title(kind, written);
        let is_ours = |leaf: &Leaf| {
            leaf.text == "Context" || title.as_ref().is_some_and(|title| leaf.text.starts_with(title))
        };
        leaves(function.sig.to_token_stream()).iter().any(is_ours)
    };
    let is_generic = written.generics.type_params().next().is_some();
    let returned = ty::returned(&function.sig.output);
    let is_unsized =
        |ty: &Type| ty::only_argument(ty).is_some_and(borrow::is_unsized) || borrow::is_unsized(ty);
    is_misplaced
        || kind == Kind::Protocol && !fits_objects(function)
        || kind == Kind::Agent && is_handler && has_context
        || is_generic && names_ours()
        || is_handler && (returned.is_some_and(is_unsized) || inputs.any(|input| is_unsized(&input.ty)))
}

/// The `Counter` of `m::Counter<T>`, and the `Store` of `StoreProtocol<T>`.
fn title(kind: Kind, written: &ServerImpl) -> Option<String> {
    let title = ty::last_segment(&written.self_ty)?.ident.unraw().to_string();
    Some(if kind == Kind::Protocol { title.trim_end_matches("Protocol").to_owned() } else { title })
}

/// Whether a trait can be made an object of with this method in it, and rustc has nothing to say of it; not so exactly.
fn fits_objects(function: &Function) -> bool {
    let sig = &function.sig;
    let is_hard = |leaf: &Leaf| ["Self", "impl", "async"].contains(&&*leaf.text);
    sig.receiver().is_some()
        && sig.generics.params.is_empty()
        && !leaves(sig.to_token_stream()).iter().any(is_hard)
        && typed_inputs(function).all(
            |input| matches!(&*input.pat, Pat::Ident(pat) if pat.subpat.is_none() && pat.by_ref.is_none()),
        )
}

/// Otherwise each of them would say that it is misplaced.
fn without_our_attributes(kind: Kind, block: TokenStream) -> Result<(), String> {
    let block = parsed(kind, block).ok_or("the block is gone")?;
    for function in block.functions() {
        let mut inputs = function.sig.inputs.iter();
        let is_converted = inputs
            .any(|input| matches!(input, FnArg::Typed(input) if input.attrs.iter().any(is_into_attribute)));
        if is_converted || !function.handler_attrs.is_empty() {
            return Err(format!("`{}` still has an attribute of ours", function.sig.ident));
        }
    }
    Ok(())
}

/// Checks that nothing but attributes of ours is missing.
fn as_written(input: TokenStream, output: TokenStream) -> Result<(), String> {
    let (input, output) = (leaves(input), leaves(output));
    let (mut read, mut written) = (0, 0);
    while let Some(leaf) = input.get(read) {
        let same = |len| texts(&input, read, len).eq(texts(&output, written, len));
        if leaf.is_our_attribute && !same(leaf.len) {
            read += leaf.len;
        } else if same(1) {
            read += 1;
            written += 1;
        } else {
            return Err(format!("the block has changed: `{}` is gone", leaf.text));
        }
    }
    let more = output.get(written);
    more.map_or(Ok(()), |leaf| Err(format!("the block has changed: it has a `{}` more", leaf.text)))
}

/// How many tokens there are, at any depth.
fn length(stream: TokenStream) -> usize {
    let length = |token| match token {
        TokenTree::Group(group) => 1 + length(group.stream()),
        _ => 1,
    };
    stream.into_iter().map(length).sum()
}

fn texts(leaves: &[Leaf], at: usize, len: usize) -> impl Iterator<Item = &str> {
    leaves.iter().skip(at).take(len).map(|leaf| &*leaf.text)
}

/// A token, or a delimiter.
struct Leaf {
    text: String,
    /// Whether an attribute of ours begins here, and how many leaves it has.
    is_our_attribute: bool,
    len: usize,
}

/// The tokens in their order, without what syn does not keep: lifetimes go before types, empty lists lose their
/// brackets, and groups without delimiters are no longer needed.
fn leaves(stream: TokenStream) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    collect(visible(stream), &mut leaves);
    leaves
}

/// Takes off the delimiters that are not to be seen.
fn visible(stream: TokenStream) -> TokenStream {
    let tokens = stream.into_iter().map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => visible(group.stream()),
        TokenTree::Group(group) => {
            TokenTree::from(Group::new(group.delimiter(), visible(group.stream()))).into()
        }
        token => TokenStream::from(token),
    });
    tokens.collect()
}

fn collect(stream: TokenStream, leaves: &mut Vec<Leaf>) {
    let mut tokens = stream.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => collect_group(&group, leaves),
            TokenTree::Punct(punct) if punct.as_char() == '\'' => drop(tokens.next()),
            TokenTree::Punct(punct) if "<>:,+".contains(punct.as_char()) => {}
            TokenTree::Ident(ident) if ident == "where" => {}
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                let next = tokens.next_if(|next| matches!(next, TokenTree::Group(_)));
                let at = leaves.len();
                leaves.push(Leaf { text: "#".to_owned(), is_our_attribute: false, len: 1 });
                if let Some(TokenTree::Group(group)) = next {
                    collect_group(&group, leaves);
                    leaves[at].is_our_attribute = is_ours(&group);
                    leaves[at].len = leaves.len() - at;
                }
            }
            token => leaves.push(Leaf { text: token.to_string(), is_our_attribute: false, len: 1 }),
        }
    }
}

fn collect_group(group: &Group, leaves: &mut Vec<Leaf>) {
    let (open, close) = match group.delimiter() {
        Delimiter::None => ("", ""),
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::Brace => ("{", "}"),
    };
    leaves.push(Leaf { text: open.to_owned(), is_our_attribute: false, len: 1 });
    collect(group.stream(), leaves);
    leaves.push(Leaf { text: close.to_owned(), is_our_attribute: false, len: 1 });
}

/// Whether a handler attribute or `into` stands in the brackets, be it as `callcast::call`.
fn is_ours(group: &Group) -> bool {
    let is_colon = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':');
    let is_elsewhere = group.stream().into_iter().next().is_some_and(|token| is_colon(&token));
    let mut words =
        group.stream().into_iter().filter(|token| !is_colon(token)).map(|token| token.to_string());
    let name = words.next().filter(|name| name != "callcast" && !is_elsewhere).or_else(|| words.next());
    name.is_some_and(|name| name == "into" || HANDLER_ATTRIBUTES.contains(&&*name))
}

/// Checks that a name of the prelude is never bare, unless it is the user's.
fn nothing_foreign(rest: TokenStream, written: &[Leaf]) -> Result<(), String> {
    let mut names = Vec::new();
    bare_names(rest, &mut names);
    // What would be right in place of `&str` and of `dyn Read` is named as the user would name it.
    let is_refused = names.contains(&"compile_error");
    // `fn send` has the variant `Send`.
    let is_written = |name: &str| written.iter().any(|leaf| leaf.text.eq_ignore_ascii_case(name));
    let is_fine = |name: &str| is_refused && name != "tokio" || is_written(name);
    let foreign = names.into_iter().find(|name| !is_fine(name));
    foreign.map_or(Ok(()), |name| Err(format!("a bare `{name}` that the user has not written")))
}

/// Finds such names where they are neither in a path nor a method's.
fn bare_names(tokens: TokenStream, names: &mut Vec<&str>) {
    let mut is_qualified = false;
    for token in tokens {
        is_qualified = match token {
            TokenTree::Punct(punct) => ":.".contains(punct.as_char()),
            TokenTree::Group(group) => {
                bare_names(group.stream(), names);
                false
            }
            TokenTree::Ident(ident) => {
                let looks = |name: &str| !is_qualified || ["compile_error", "tokio"].contains(&name);
                names.extend(NOT_OURS.into_iter().find(|name| ident == name && looks(name)));
                false
            }
            TokenTree::Literal(_) => false,
        };
    }
}
