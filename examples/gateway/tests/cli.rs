//! The command line.

mod support;

use std::net::TcpListener;

use support::{free_port, run};

#[test]
fn help_says_what_there_is() {
    let ended = run(&["--help"]);
    assert!(ended.status.success());
    for option in ["--port", "--database", "--demo", "--help"] {
        assert!(ended.stdout.contains(option), "{}", ended.stdout);
    }
}

#[test]
fn arguments_that_are_not_understood_are_errors() {
    for arguments in [&["--prot", "1"][..], &["--port"], &["--database", "6379"], &["serve"]] {
        let ended = run(arguments);
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}");
        assert!(ended.stderr.contains("Usage"), "{}", ended.stderr);
    }
}

#[test]
fn a_port_that_is_taken_is_named() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    let ended = run(&["--port", &port]);
    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.stderr.contains(&format!("port {port} is taken")), "{}", ended.stderr);
}

#[test]
fn a_database_that_is_not_there_at_the_start_is_named() {
    let database = format!("127.0.0.1:{}", free_port());
    let ended = run(&["--port", "0", "--database", &database]);
    assert_eq!(ended.status.code(), Some(1));
    let reason = format!("no connection to the database at {database}: Connection refused");
    assert!(ended.stderr.contains(&reason), "{}", ended.stderr);
}

#[test]
fn the_demo_shows_an_outage_and_ends() {
    // On a busy machine the database may be back before the demo asks for it.
    const TRIES: usize = 3;
    let demo = || {
        let ended = run(&["--demo"]);
        assert!(ended.status.success(), "{}{}", ended.stdout, ended.stderr);
        ended
    };
    let mut ended = demo();
    for _ in 1..TRIES {
        if ended.stdout.contains("< 503 ") {
            break;
        }
        ended = demo();
    }
    for part in [
        "< 200 hello\n",
        "< 404 {\"reason\":\"there is no key nothing\"}",
        "$ kill -KILL ",
        "< 503 {\"reason\":\"",
        "< 200 hello again\n",
        "kv (OwnKv) #",
    ] {
        assert!(ended.stdout.contains(part), "{part}: {}", ended.stdout);
    }
}
