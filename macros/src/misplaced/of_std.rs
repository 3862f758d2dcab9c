//! Traits that are no protocols, since they are std's.

use syn::{FnArg, Path};

use crate::parse::{Function, ServerImpl};
use crate::ty;

/// Without a path, these are std's: all are in scope everywhere.
const IN_SCOPE: &str = "AsRef Clone Copy Default Eq From Into Iterator Ord PartialEq PartialOrd TryFrom";

const OF_FMT: &str = "Binary Debug Display LowerExp LowerHex Octal Pointer UpperExp UpperHex Write";

const OF_OPS: &str = "\
    Add AddAssign BitAnd BitAndAssign BitOr BitOrAssign BitXor BitXorAssign Deref DerefMut Div DivAssign \
    Drop Fn FnMut FnOnce Index IndexMut Mul MulAssign Neg Not RangeBounds Rem RemAssign Shl ShlAssign \
    Shr ShrAssign Sub SubAssign";

const ELSEWHERE: &str = "\
    AsMut Borrow BorrowMut BufRead BuildHasher DoubleEndedIterator Error ExactSizeIterator Extend \
    FromIterator FromStr Future FusedIterator GlobalAlloc Hash Hasher IntoFuture IntoIterator Product \
    Read Seek Send Sum Sync Termination ToOwned ToSocketAddrs ToString TryInto Unpin Wake";

/// The modules that these are in.
const MODULES: &str = "\
    alloc borrow clone cmp convert default error fmt future hash io iter marker net ops process str string task";

/// Whether it can be nothing but a trait of std's: a protocol may be called `Error`, or `Display`.
///
/// Without a path, that holds of what is in scope everywhere, and of what writes to a `Formatter`. By a path it is known where that
/// ends as one of std's does, since a module of the user's may be called `core`, or `fmt`. Of what else has to be imported, rustc
/// says that it is no protocol.
pub(super) fn is_of_std(path: &Path, input: &ServerImpl) -> bool {
    let names: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let is_crate = path.leading_colon.is_some();
    match names[..] {
        [name] => is_listed(name, &[IN_SCOPE]) || input.functions().any(writes_to_a_formatter),
        ["std" | "core" | "alloc", ..] if is_crate => true,
        // None of them is at the root.
        ["std" | "core" | "alloc", module, .., name] => {
            is_listed(module, &[MODULES]) && is_listed(name, &[IN_SCOPE, OF_FMT, OF_OPS, ELSEWHERE])
        }
        ["fmt", name] if !is_crate => is_listed(name, &[OF_FMT]),
        _ => false,
    }
}

fn is_listed(name: &str, lists: &[&str]) -> bool {
    lists.iter().flat_map(|list| list.split_whitespace()).any(|known| known == name)
}

/// `fn fmt(&self, f: &mut Formatter<'_>)`, and not a handler of this name: that could not be lent anything.
fn writes_to_a_formatter(function: &Function) -> bool {
    let is_formatter = |input: &FnArg| match input {
        FnArg::Typed(argument) => {
            ty::reference(&argument.ty).is_some_and(|lent| ty::is_named(&lent.elem, "Formatter"))
        }
        FnArg::Receiver(_) => false,
    };
    function.sig.ident == "fmt" && function.sig.inputs.iter().any(is_formatter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(block: &str) -> bool {
        let block: ServerImpl = syn::parse_str(block).unwrap();
        is_of_std(&block.implemented.as_ref().unwrap().path, &block)
    }

    #[test]
    fn traits_that_are_in_scope_everywhere_are_of_std() {
        for name in ["Clone", "From<u8>", "Iterator"] {
            assert!(is_refused(&format!("impl {name} for S {{}}")), "{name}");
        }
        for name in ["Store", "Display", "Drop", "Error"] {
            assert!(!is_refused(&format!("impl {name} for S {{}}")), "{name}");
        }
    }

    #[test]
    fn traits_of_std_are_known_by_their_paths() {
        for path in [
            "std::ops::Drop",
            "core::fmt::Display",
            "::alloc::borrow::ToOwned",
            "std::ops::Index<usize>",
            "fmt::Debug",
            "fmt::Write",
        ] {
            assert!(is_refused(&format!("impl {path} for S {{}}")), "{path}");
        }
        assert!(is_refused("impl ::std::future::Later for S {}"), "nothing else has this path");
    }

    #[test]
    fn modules_of_users_may_be_called_like_those_of_std() {
        for path in [
            "core::Store",
            "core::Write",
            "core::ports::Store",
            "core::ports::Write",
            "alloc::Pool",
            "fmt::Pretty",
            "::fmt::Debug",
            "a::fmt::Debug",
        ] {
            assert!(!is_refused(&format!("impl {path} for S {{}}")), "{path}");
        }
    }

    #[test]
    fn what_writes_to_a_formatter_is_of_std() {
        for argument in
            ["f: &mut Formatter<'_>", "_: &mut std::fmt::Formatter", "f: (&mut fmt::Formatter<'_>)"]
        {
            assert!(
                is_refused(&format!("impl Display for S {{ fn fmt(&self, {argument}) {{}} }}")),
                "{argument}"
            );
        }
    }

    #[test]
    fn a_handler_may_be_called_fmt() {
        for arguments in ["", "width: usize", "text: &str", "f: Formatter", "f: Vec<&Formatter>"] {
            assert!(
                !is_refused(&format!("impl Pretty for S {{ fn fmt(&self, {arguments}) {{}} }}")),
                "{arguments}"
            );
        }
    }
}
