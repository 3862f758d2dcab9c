//! The command line.

mod support;

use std::fs;

use storage::Scratch;
use support::{Output, storage};

/// Asks the store that is in this directory.
fn ask(scratch: &Scratch, kind: &str, words: &[&str]) -> Output {
    let store = format!("{kind}:{}", scratch.path().join("store").display());
    storage([&["--store", &store], words].concat())
}

#[track_caller]
fn says(output: &Output, stdout: &str) {
    assert_eq!((output.code, &*output.stdout, &*output.stderr), (Some(0), stdout, ""));
}

#[track_caller]
fn fails(output: &Output, code: i32, problem: &str) {
    assert_eq!((output.code, &*output.stdout), (Some(code), ""), "{output:?}");
    assert!(output.stderr.starts_with("storage: ") && output.stderr.contains(problem), "{}", output.stderr);
}

#[test]
fn help_says_what_there_is() {
    let output = storage(["--help"]);
    assert_eq!(output.code, Some(0));
    for word in ["get", "put", "rm", "ls", "bench", "--store", "--calls", "--callers", "--swaps", "--demo"] {
        assert!(output.stdout.contains(word), "{}", output.stdout);
    }
}

#[test]
fn a_usage_error_says_how_to_write_it() {
    let none: &[&str] = &[];
    fails(&storage(none), 2, "there is no command: write `get KEY`");
    fails(&storage(["ls"]), 2, "which store? write it ahead, as in `storage --store file:PATH ls`");
    fails(&storage(["--store", "disk", "ls"]), 2, "`disk` is no store: write `memory`");
    fails(&storage(["bench", "--callers", "none"]), 2, "`--callers none`: ");
    fails(&storage(["--unknown"]), 2, "Usage: storage");
}

#[test]
fn what_one_run_puts_the_next_one_gets() {
    let scratch = Scratch::new().unwrap();
    for (kind, other) in [("file", "cached:file"), ("cached:file", "file")] {
        says(&ask(&scratch, kind, &["put", "greeting", "hello"]), "");
        says(&ask(&scratch, kind, &["put", "two\nlines", "žluť"]), "");
        says(&ask(&scratch, other, &["get", "greeting"]), "hello\n");
        says(&ask(&scratch, other, &["get", "two\nlines"]), "žluť\n");
        says(&ask(&scratch, other, &["ls"]), "greeting\ntwo\\nlines\n");
        says(&ask(&scratch, other, &["rm", "two\nlines"]), "");
        says(&ask(&scratch, kind, &["ls"]), "greeting\n");
    }
}

#[test]
fn a_key_that_is_not_there_is_named() {
    let scratch = Scratch::new().unwrap();
    for task in ["get", "rm"] {
        fails(&ask(&scratch, "file", &[task, "a"]), 1, "there is no key `a`");
        fails(&storage(["--store", "memory", task, "a"]), 1, "there is no key `a`");
    }
}

#[test]
fn a_file_that_cannot_be_used_is_named() {
    let scratch = Scratch::new().unwrap();
    let path = scratch.path().join("store");
    fs::write(&path, "put a 1\nhello\nput b 2\n").unwrap();
    let problem = format!("line 2 of {} is none that a store writes", path.display());
    fails(&ask(&scratch, "file", &["ls"]), 1, &problem);
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    fails(&ask(&scratch, "cached:file", &["ls"]), 1, &format!("cannot open {}: ", path.display()));
}

#[test]
fn a_bench_has_no_failures_and_leaves_nothing() {
    let scratch = Scratch::new().unwrap();
    says(&ask(&scratch, "file", &["put", "mine", "1"]), "");
    for kind in ["file", "cached:file"] {
        let output = ask(&scratch, kind, &["bench", "--calls", "2001", "--callers", "4", "--swaps", "5"]);
        assert_eq!((output.code, &*output.stderr), (Some(0), ""), "{}", output.stdout);
        assert!(
            output.stdout.starts_with("4002 calls of 4 callers, 5 swaps, 0 failures\n"),
            "{}",
            output.stdout
        );
        assert_eq!(
            output.stdout.matches(": median ").count() + output.stdout.matches(":    median ").count(),
            2
        );
        says(&ask(&scratch, "file", &["ls"]), "mine\n");
    }
}

#[test]
fn a_bench_may_be_small() {
    for arguments in [["--calls", "0"], ["--calls", "1"], ["--swaps", "0"], ["--callers", "100"]] {
        let output = storage(["bench", "--calls", "50"].iter().chain(&arguments));
        assert_eq!((output.code, &*output.stderr), (Some(0), ""), "{}", output.stdout);
        assert!(output.stdout.contains(" 0 failures\n"), "{}", output.stdout);
    }
}

#[test]
fn the_demo_ends() {
    let output = storage(["--demo"]);
    assert_eq!((output.code, &*output.stderr), (Some(0), ""));
    assert_eq!(output.stdout.matches("  get greeting         hello\n").count(), 3, "{}", output.stdout);
    assert_eq!(output.stdout.matches("  it has been asked for 2 reads and 3 writes\n").count(), 3);
    assert!(output.stdout.contains("\n20000 calls of 8 callers, 9 swaps, 0 failures\n"), "{}", output.stdout);
}
