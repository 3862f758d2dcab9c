//! Whether a handler is what its protocol says, so that rustc says it of each argument and each reply, and where that is
//! written.

/// What a handler takes, where it is passed `Self`: that, and nothing else.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this handler takes `{T}`, and is passed `{Self}`",
    label = "the protocol says `{Self}`"
)]
pub trait Passed<T> {
    fn fit(self) -> T;
}

impl<T> Passed<T> for T {
    #[inline]
    fn fit(self) -> T {
        self
    }
}

/// What the protocol says, where a handler returns `Self`: that, and nothing else.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this handler returns `{Self}`, and its callers expect `{T}`",
    label = "the protocol says `{T}`"
)]
pub trait Returned<T> {
    fn fit(self) -> T;
}

impl<T> Returned<T> for T {
    #[inline]
    fn fit(self) -> T {
        self
    }
}

/// No reply is of this type.
///
/// With one impl only, rustc would take what is returned for what is expected, and would then find that its caller does not.
#[doc(hidden)]
#[derive(Debug)]
pub struct Unexpected<T>(T);

#[diagnostic::do_not_recommend]
impl<T> Returned<Unexpected<T>> for T {
    fn fit(self) -> Unexpected<T> {
        Unexpected(self)
    }
}

/// An argument, on its way from the protocol to the handler.
#[doc(hidden)]
#[inline]
pub fn passed<T, G: Passed<T>>(argument: G) -> T {
    argument.fit()
}

/// A reply, on its way back.
#[doc(hidden)]
#[inline]
pub fn returned<T, G: Returned<T>>(reply: G) -> T {
    reply.fit()
}
