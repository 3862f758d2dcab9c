//! What the sources of the library, and what its macros write, have and have not.

use crate::clock::sources;

/// A word that stands alone.
fn has_word(line: &str, word: &str) -> bool {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|part| part == word)
}

/// The code of a line: what is said of it is no code.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

/// What is about `unsafe`: rules, what is said of it, and inputs that have it.
fn is_about_it(name: &str) -> bool {
    ["macros/src/tests/", "macros/src/check/", "macros/src/parse", "expand/refused_protocol."]
        .iter()
        .any(|part| name.contains(part))
}

#[test]
fn q01_no_unsafe_code_in_any_crate_and_none_in_what_the_macros_write() {
    let mut read = 0;
    for folder in ["runtime/src", "macros/src", "macros/tests/expand", "examples"] {
        for (path, text) in sources(folder) {
            let name = path.to_string_lossy();
            for line in text.lines().filter(|_| !is_about_it(&name)) {
                read += 1;
                let code = code(line);
                let is_code =
                    has_word(code, "unsafe") && !code.contains('"') && !code.contains("Token![unsafe]");
                assert!(!is_code, "{name}: {line}");
            }
        }
    }
    assert!(read > 10_000, "{read}");
}

/// The lint forbids it, so that no attribute can allow it again; each crate takes the lints of the workspace.
#[test]
fn q01_every_crate_forbids_unsafe_code() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("it is there");
    assert!(read("Cargo.toml").contains("\nunsafe_code = \"forbid\"\n"));
    for manifest in [
        "runtime",
        "macros",
        "tests",
        "examples/chat",
        "examples/counter",
        "examples/gateway",
        "examples/kv",
        "examples/poller",
        "examples/race",
        "examples/storage",
    ] {
        assert!(read(&format!("{manifest}/Cargo.toml")).contains("[lints]\nworkspace = true"), "{manifest}");
    }
}
