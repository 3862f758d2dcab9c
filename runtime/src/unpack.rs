//! How a reply is handed to its caller: as it is, or taken apart into a value and an error.

use std::convert::Infallible;

/// The reply is the handler's value as it is.
#[derive(Debug)]
pub enum Plain {}

/// The reply is the handler's `Result`, and its error becomes [`CallError::Handler`](crate::CallError::Handler).
#[derive(Debug)]
pub enum Fallible {}

/// How a reply of type `R` is handed to the caller.
#[doc(hidden)]
pub trait Unpack<R> {
    type Value;
    type Error;

    /// The value, or the handler's own error.
    fn unpack(reply: R) -> Result<Self::Value, Self::Error>;
}

impl<R> Unpack<R> for Plain {
    type Value = R;
    type Error = Infallible;

    #[inline]
    fn unpack(reply: R) -> Result<R, Infallible> {
        Ok(reply)
    }
}

/// A `Result` by whatever name: what a fallible handler returns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is called `Result` but is none",
    label = "the client cannot take this apart into a value and an error",
    note = "`#[call(plain)]` hands it to the caller as it is"
)]
pub trait IsResult {
    /// The value of an `Ok`.
    type Ok;
    /// The error of an `Err`.
    type Err;

    /// The `Result` under its own name.
    #[doc(hidden)]
    fn into_result(self) -> Result<Self::Ok, Self::Err>;
}

impl<T, E> IsResult for Result<T, E> {
    type Ok = T;
    type Err = E;

    fn into_result(self) -> Self {
        self
    }
}

impl<R: IsResult> Unpack<R> for Fallible {
    type Value = R::Ok;
    type Error = R::Err;

    #[inline]
    fn unpack(reply: R) -> Result<R::Ok, R::Err> {
        reply.into_result()
    }
}
