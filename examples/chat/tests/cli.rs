//! The command line.

mod support;

use std::net::TcpListener;

use support::{Chat, run};

#[test]
fn help_says_what_there_is() {
    let ended = run(&["--help"]);
    assert!(ended.status.success());
    for option in ["--listen", "--demo", "--help"] {
        assert!(ended.stdout.iter().any(|line| line.contains(option)), "{:?}", ended.stdout);
    }
}

#[test]
fn arguments_that_are_not_understood_are_errors() {
    for arguments in [&["--lisen", "x"][..], &["--listen"], &["--listen", "0.0.0.0:7000"], &["serve"]] {
        let ended = run(arguments);
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}");
        assert!(ended.stderr.contains("Usage"), "{}", ended.stderr);
    }
}

#[test]
fn an_address_that_is_taken_is_named() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let ended = run(&["--listen", &address]);
    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.stderr.contains(&format!("{address} is taken")), "{}", ended.stderr);
}

#[test]
fn it_ends_when_it_is_told_to() {
    let (status, errors) = Chat::start().terminate();
    assert!(status.success());
    assert_eq!(errors, "");
}

#[test]
fn the_demo_shows_a_crash_and_ends() {
    let ended = run(&["--demo"]);
    assert!(ended.status.success(), "{}", ended.stderr);
    let last = ["ann < * there are no rooms; /join makes one"];
    for line in
        ["eve > /crash", "eve . is disconnected", "ann < bob: are you still there?"].iter().chain(&last)
    {
        assert!(ended.stdout.iter().any(|printed| printed == line), "{line}: {:?}", ended.stdout);
    }
    assert!(ended.stderr.contains("eve has asked for it"), "{}", ended.stderr);
}
