//! `CALLCAST_EXPAND=Counter cargo check` prints what is written for `Counter`.

use std::env;
use std::io::Write as _;
use std::process::{Command, Stdio};

use proc_macro2::{Ident, TokenStream};

const VARIABLE: &str = "CALLCAST_EXPAND";

/// Prints the expansion, if it is asked for.
pub(crate) fn dump(title: &Ident, expansion: &TokenStream) {
    if env::var(VARIABLE).is_ok_and(|name| title == &name) {
        let source = expansion.to_string();
        eprintln!("{}", rustfmt(&source).unwrap_or(source));
    }
}

/// `None` if there is no rustfmt, or if it cannot read the source.
pub(crate) fn rustfmt(source: &str) -> Option<String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    // Its end closes the pipe, for which rustfmt waits.
    rustfmt.stdin.take()?.write_all(source.as_bytes()).ok()?;
    let output = rustfmt.wait_with_output().ok()?;
    output.status.success().then(|| String::from_utf8(output.stdout).ok()).flatten()
}
