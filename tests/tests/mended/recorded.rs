//! Files that a test writes.

use std::path::Path;
use std::{env, fs};

/// The folder of this package.
pub(crate) fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compares a recorded file with what it should be, or records it.
#[track_caller]
pub(crate) fn compare(path: &str, actual: &str) {
    let file = package().join(path);
    if env::var_os("UPDATE_EXPECT").is_some() {
        return fs::write(file, actual).unwrap();
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    // Line by line, since the whole is too long to be shown.
    for (number, (expected, actual)) in expected.lines().zip(actual.lines()).enumerate() {
        assert_eq!(expected, actual, "{path}:{}, {HOW}", number + 1);
    }
    assert_eq!(expected.lines().count(), actual.lines().count(), "the length of {path}, {HOW}");
}

const HOW: &str = "recorded by `UPDATE_EXPECT=1 cargo test -p callcast-tests --test mended`";
