//! Real `curl`s.

use std::process::Command;
use std::time::{Duration, Instant};

/// How long a request may take: far longer than all the gateway's own limits, on a busy machine as well.
const MAX_TIME: Duration = Duration::from_secs(15);

/// What a request has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
}

/// Asks; fails where there is no answer in time.
pub(crate) fn ask(url: &str, arguments: &[&str]) -> Answer {
    let begin = Instant::now();
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--write-out", "\n%{http_code}", "--max-time"]);
    // No settings of whoever runs the tests, and no proxy of theirs.
    curl.arg(MAX_TIME.as_secs().to_string()).args(["--noproxy", "*"]).args(arguments).arg(url);
    let output = curl.output().unwrap();
    let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{url}: {errors} after {:?}", begin.elapsed());
    let (text, status) = text.rsplit_once('\n').unwrap();
    Answer { status: status.parse().unwrap(), text: text.to_owned() }
}

impl Answer {
    /// Fails unless it is this one.
    pub(crate) fn is(&self, status: u16, text: &str) {
        assert_eq!((self.status, self.text.as_str()), (status, text));
    }

    /// Fails unless the status is this one, and the reason says this.
    pub(crate) fn says(&self, status: u16, reason: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert!(self.text.starts_with("{\"reason\":\"") && self.text.contains(reason), "{self:?}");
    }
}
