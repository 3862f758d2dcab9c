//! What a probe expects, and what it says where something else comes.

use std::fmt::Debug;

use crate::kind::Message as _;
use crate::op::{CallOp, CastOp};
use crate::probe::Received;
use crate::probe::diff::diff;
use crate::protocol::Spoken;
use crate::reply::ReplyTo;

/// A message that is expected.
pub(super) trait Wanted<P: Spoken, T>: Send {
    /// What was expected to come with it, where it is this; else how it differs.
    fn accept(&self, message: Received<P>) -> Result<T, String>;
    /// In one line.
    fn text(&self) -> String;
}

/// Any message.
pub(super) struct Anything;

/// A call with these arguments.
pub(super) struct WantedCall<P: Spoken, A: 'static, R: 'static> {
    pub(super) op: &'static CallOp<P, A, R>,
    pub(super) args: A,
}

/// A cast with these arguments.
pub(super) struct WantedCast<P: Spoken, A: 'static> {
    pub(super) op: &'static CastOp<P, A>,
    pub(super) args: A,
}

impl<P: Spoken> Wanted<P, Received<P>> for Anything {
    fn accept(&self, message: Received<P>) -> Result<Received<P>, String> {
        Ok(message)
    }

    fn text(&self) -> String {
        "any message".to_owned()
    }
}

impl<P, A, R> Wanted<P, ReplyTo<R>> for WantedCall<P, A, R>
where
    P: Spoken,
    A: PartialEq + Debug + Send + 'static,
    R: Send + 'static,
{
    fn accept(&self, message: Received<P>) -> Result<ReplyTo<R>, String> {
        let taken = match (message, self.op.parts) {
            (Received::Call(request), Some(parts)) => parts(request).map_err(Received::Call),
            (message, _) => Err(message),
        };
        match taken {
            Ok((args, reply)) if args == self.args => Ok(reply),
            Ok((args, _reply)) => Err(differ(self.op.handler.name, &self.args, &args)),
            Err(came) => Err(other(&Wanted::<P, ReplyTo<R>>::text(self), &came)),
        }
    }

    fn text(&self) -> String {
        format!("the call {}", with_args(self.op.handler.name, &format!("{:?}", self.args)))
    }
}

impl<P, A> Wanted<P, ()> for WantedCast<P, A>
where
    P: Spoken,
    A: PartialEq + Debug + Send + 'static,
{
    fn accept(&self, message: Received<P>) -> Result<(), String> {
        let taken = match (message, self.op.parts) {
            (Received::Cast(cast), Some(parts)) => parts(cast).map_err(Received::Cast),
            (message, _) => Err(message),
        };
        match taken {
            Ok(args) if args == self.args => Ok(()),
            Ok(args) => Err(differ(self.op.name, &self.args, &args)),
            Err(came) => Err(other(&self.text(), &came)),
        }
    }

    fn text(&self) -> String {
        format!("the cast {}", with_args(self.op.name, &format!("{:?}", self.args)))
    }
}

/// A handler with its arguments, which print as a tuple; one of a single element has a comma that a call has not.
fn with_args(name: &str, args: &str) -> String {
    match args.strip_suffix(",)") {
        Some(single) => format!("{name}{single})"),
        None => format!("{name}{args}"),
    }
}

/// The message is for the handler that was expected, with other arguments.
fn differ(name: &str, expected: &impl Debug, came: &impl Debug) -> String {
    let difference = diff(&format!("{name}{expected:#?}"), &format!("{name}{came:#?}"));
    let difference = difference.unwrap_or_else(|| {
        let alike = with_args(name, &format!("{expected:?}"));
        format!("  {alike}\n  (both print alike, but they are not equal)\n")
    });
    format!("expected (-) and came (+):\n{difference}")
}

/// The message is for another handler.
fn other<P: Spoken>(expected: &str, came: &Received<P>) -> String {
    let kind = match came {
        Received::Call(_) => "call",
        Received::Cast(_) => "cast",
    };
    format!("expected: {expected}\ncame:     the {kind} {}\n", came.name())
}

/// The names of messages, for people.
pub(super) fn list(names: &[&'static str]) -> String {
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}
