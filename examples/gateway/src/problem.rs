//! What a request is told that brought no value: a status, and a reason that a person understands.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use callcast::CallError;
use serde::Serialize;

use crate::connection::Refused;

/// Why there is no value.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Problem {
    #[serde(skip)]
    status: StatusCode,
    reason: String,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, reason: impl Into<String>) -> Self {
        Self { status, reason: reason.into() }
    }

    /// The database at `address` was asked, or was to be.
    pub(crate) fn of_database(address: &str, error: CallError<Refused>) -> Self {
        // A write that nobody answered is the one thing that cannot be tried again without a thought.
        let perhaps = if error.may_have_run() { "; a write may or may not have been done" } else { "" };
        match error {
            CallError::Handler(refused) => {
                Self::new(StatusCode::BAD_GATEWAY, format!("the database at {address} says: {refused}"))
            }
            CallError::Timeout { .. } => {
                let reason = format!("the database at {address} has not answered in time{perhaps}");
                Self::new(StatusCode::GATEWAY_TIMEOUT, reason)
            }
            CallError::NoProc => Self::away(format!(
                "there is no connection to the database at {address}; the gateway goes on trying, so try again soon"
            )),
            CallError::Exit { reason, .. } => Self::away(format!(
                "the connection to the database at {address} broke: {reason}{perhaps}; the gateway makes a new one"
            )),
            CallError::Full => {
                Self::away(format!("too many requests wait for the database at {address}; try again soon"))
            }
            other => Self::away(format!("the database at {address} could not be asked: {other}")),
        }
    }

    fn away(reason: String) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, reason)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        json(self.status, &self)
    }
}

/// An answer in JSON.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(mut bytes) => {
            bytes.push(b'\n');
            (status, [(header::CONTENT_TYPE, "application/json")], bytes).into_response()
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use callcast::ExitReason;

    use super::*;

    #[test]
    fn each_way_to_fail_has_its_status_and_its_reason() {
        let exit = |started| CallError::Exit { reason: ExitReason::Killed, started };
        let cases = [
            (CallError::NoProc, 503, "there is no connection to the database at db:1; "),
            (exit(true), 503, "broke: it was killed; a write may or may not have been done"),
            (exit(false), 503, "broke: it was killed; the gateway makes a new one"),
            (CallError::Full, 503, "too many requests wait"),
            (CallError::NoReply, 503, "could not be asked"),
            (CallError::Timeout { started: true }, 504, "in time; a write may or may not"),
            (CallError::Timeout { started: false }, 504, "has not answered in time"),
        ];
        for (error, status, reason) in cases {
            let problem = Problem::of_database("db:1", error);
            assert_eq!(problem.status.as_u16(), status, "{problem:?}");
            assert!(problem.reason.contains(reason), "{problem:?}");
        }
    }
}
