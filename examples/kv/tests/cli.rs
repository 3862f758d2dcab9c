//! The command line.

mod support;

use std::net::TcpListener;

use support::{Kv, run_kv};

#[test]
fn help_says_what_there_is() {
    let output = run_kv(&["--help"]);
    assert!(output.status.success());
    for option in ["--port", "--demo", "--help"] {
        assert!(output.stdout.contains(option), "{}", output.stdout);
    }
}

#[test]
fn unknown_arguments_are_errors() {
    for arguments in [&["--prot", "1"][..], &["--port"], &["--port", "x"], &["serve"]] {
        let output = run_kv(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stderr.contains("Usage"), "{}", output.stderr);
    }
}

#[test]
fn a_port_that_is_taken_is_named() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    let output = run_kv(&["--port", &port]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stderr.contains(&format!("port {port} is taken")), "{}", output.stderr);
}

#[test]
fn the_demo_ends() {
    let output = run_kv(&["--demo"]);
    assert!(output.status.success(), "{}", output.stderr);
    for line in
        ["alice > GET greeting", "alice < \"hello, world\"", "  bob < \"message\", \"news\", \"it works\""]
    {
        assert!(output.stdout.contains(line), "{}", output.stdout);
    }
    assert_eq!(output.stderr, "");
}

#[test]
fn progress_is_shown() {
    let kv = Kv::start();
    kv.connect().ask("PING", "+PONG");
    let line = kv.error_line();
    assert!(line.contains(" commands/s, 1 in all, clients: "), "{line}");
    let (status, rest) = kv.terminate();
    assert!(status.success());
    assert_eq!(rest, "", "nothing has happened since");
}
