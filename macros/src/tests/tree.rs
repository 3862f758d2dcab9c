//! Token trees that can be changed, and written down in a test.

use std::slice;

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};

/// What a mutation takes as one thing.
#[derive(Clone)]
pub(super) enum Tree {
    /// A token, or some that nobody can take apart: `->`, `'static`.
    Token(Vec<TokenTree>),
    Group(Delimiter, Vec<Self>),
}

impl Tree {
    /// What stands in a group.
    pub(super) fn inside(&self) -> &[Self] {
        match self {
            Self::Token(_) => &[],
            Self::Group(_, inner) => inner,
        }
    }

    /// Whether it is `#` or `->` or `'a`.
    pub(super) fn is_mark(&self) -> bool {
        matches!(self, Self::Token(tokens) if matches!(tokens.first(), Some(TokenTree::Punct(_))))
    }

    /// Leaves a group empty.
    pub(super) fn take_inside(&mut self) -> Vec<Self> {
        match self {
            Self::Token(_) => Vec::new(),
            Self::Group(_, inner) => std::mem::take(inner),
        }
    }
}

/// Reads code; `none!{ … }` stands for a group without visible delimiters, as a `macro_rules!` makes them.
///
/// `None` if no lexer reads it.
pub(super) fn read(code: &str) -> Option<Vec<Tree>> {
    code.parse().ok().map(trees)
}

fn trees(stream: TokenStream) -> Vec<Tree> {
    let mut trees: Vec<Tree> = Vec::new();
    for token in stream {
        match (trees.last_mut(), token) {
            (_, TokenTree::Group(group)) => {
                let delimiter = if takes_mark(&mut trees) { Delimiter::None } else { group.delimiter() };
                trees.push(Tree::Group(delimiter, self::trees(group.stream())));
            }
            (Some(Tree::Token(tokens)), token) if is_joined(tokens) => tokens.push(token),
            (_, token) => trees.push(Tree::Token(vec![token])),
        }
    }
    trees
}

/// Whether more belongs to it: the `-` of `->`, the `'` of `'static`.
fn is_joined(tokens: &[TokenTree]) -> bool {
    matches!(tokens.last(), Some(TokenTree::Punct(punct)) if punct.spacing() == Spacing::Joint)
}

/// Takes the `none!` off that stands before a group.
fn takes_mark(trees: &mut Vec<Tree>) -> bool {
    let is_marked = matches!(&trees[..], [.., name, bang] if is_token(name, "none") && is_token(bang, "!"));
    if is_marked {
        trees.truncate(trees.len() - 2);
    }
    is_marked
}

fn is_token(tree: &Tree, text: &str) -> bool {
    matches!(tree, Tree::Token(_)) && code(slice::from_ref(tree)) == text
}

/// What the macro is given.
pub(super) fn stream(trees: &[Tree]) -> TokenStream {
    written(trees, false)
}

/// What `read` reads.
pub(super) fn code(trees: &[Tree]) -> String {
    written(trees, true).to_string()
}

fn written(trees: &[Tree], marks_groups: bool) -> TokenStream {
    let mut tokens = Vec::new();
    for tree in trees {
        match tree {
            Tree::Token(parts) => tokens.extend(parts.iter().cloned()),
            Tree::Group(Delimiter::None, inner) if marks_groups => {
                tokens.push(Ident::new("none", Span::call_site()).into());
                tokens.push(Punct::new('!', Spacing::Alone).into());
                tokens.push(Group::new(Delimiter::Brace, written(inner, true)).into());
            }
            Tree::Group(delimiter, inner) => {
                tokens.push(Group::new(*delimiter, written(inner, marks_groups)).into());
            }
        }
    }
    tokens.into_iter().collect()
}

/// How many trees there are, at any depth.
pub(super) fn count(trees: &[Tree]) -> usize {
    trees.len() + trees.iter().map(|tree| count(tree.inside())).sum::<usize>()
}

/// How deep the groups are nested.
pub(super) fn depth(trees: &[Tree]) -> usize {
    let depth = |tree: &Tree| match tree {
        Tree::Token(_) => 0,
        Tree::Group(_, inner) => 1 + depth(inner),
    };
    trees.iter().map(depth).max().unwrap_or(0)
}

/// A place for a tree: before each tree, and at the end of each group.
pub(super) fn places(trees: &[Tree]) -> usize {
    let inside: usize = trees.iter().map(places_inside).sum();
    trees.len() + inside + 1
}

fn places_inside(tree: &Tree) -> usize {
    match tree {
        Tree::Token(_) => 0,
        Tree::Group(_, inner) => places(inner),
    }
}

/// Takes groups without delimiters out of `#[…]`: no `macro_rules!` puts one there.
pub(super) fn mend_attributes(trees: &mut Vec<Tree>) {
    let mut is_after_pound = false;
    trees.retain(|tree| {
        let is_torn = is_after_pound && matches!(tree, Tree::Group(Delimiter::None, _));
        is_after_pound = is_torn || is_token(tree, "#");
        !is_torn
    });
    for tree in trees {
        if let Tree::Group(_, inner) = tree {
            mend_attributes(inner);
        }
    }
}

/// Hands the trees round a place to `edit`, with the place's index among them.
pub(super) fn edit_at(trees: &mut Vec<Tree>, mut place: usize, edit: impl FnOnce(&mut Vec<Tree>, usize)) {
    let mut index = 0;
    while place > 0 && index < trees.len() {
        let inside = places_inside(&trees[index]);
        if let Tree::Group(_, inner) = &mut trees[index]
            && place <= inside
        {
            return edit_at(inner, place - 1, edit);
        }
        place -= inside + 1;
        index += 1;
    }
    edit(trees, index);
}

#[test]
fn each_place_is_edited_once() {
    let marked = |place| {
        let mut trees = read("a (b -> c) 'd none!{ () }").unwrap();
        assert_eq!(places(&trees), 12);
        edit_at(&mut trees, place, |trees, index| trees.insert(index, read("X").unwrap().remove(0)));
        code(&trees).replace(' ', "")
    };
    let all = [
        "Xa(b->c)'dnone!{()}",
        "aX(b->c)'dnone!{()}",
        "a(Xb->c)'dnone!{()}",
        "a(bX->c)'dnone!{()}",
        "a(b->Xc)'dnone!{()}",
        "a(b->cX)'dnone!{()}",
        "a(b->c)X'dnone!{()}",
        "a(b->c)'dXnone!{()}",
        "a(b->c)'dnone!{X()}",
        "a(b->c)'dnone!{(X)}",
        "a(b->c)'dnone!{()X}",
    ];
    // The last place is behind everything.
    assert_eq!((0..11).map(marked).collect::<Vec<_>>(), all);
    assert_eq!(marked(11), "a(b->c)'dnone!{()}X");
}
