//! `kv` and the real `redis-cli` and `redis-benchmark`.
//!
//! Where they are not installed these tests say so, and pass; on CI they fail.

mod support;

use std::io::{self, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::{Duration, Instant};

use support::{Kv, LIMIT, lines, run};

/// Whether there is such a program. Says so where there is not.
fn installed(program: &str) -> bool {
    let found = Command::new(program).arg("--version").stdout(Stdio::null()).status().is_ok();
    assert!(found || std::env::var_os("CI").is_none(), "{program} is not installed");
    if !found {
        // Past the capture of the test harness, which shows nothing of a test that passes.
        let note = format!("SKIPPED: {program} is not installed (Debian: redis-tools)\n");
        drop(io::stderr().write_all(note.as_bytes()));
    }
    found
}

/// What `redis-cli` prints for one command.
fn redis_cli(kv: &Kv, command: &[&str]) -> String {
    let output =
        run(Command::new("redis-cli").args(["--no-raw", "-p", &kv.port().to_string()]).args(command));
    assert_eq!(output.stderr, "");
    output.stdout.trim_end().to_owned()
}

#[test]
fn redis_cli_gets_the_replies_of_redis() {
    if !installed("redis-cli") {
        return;
    }
    let kv = Kv::start();
    for (command, reply) in REPLIES {
        let words: Vec<_> = command.split(' ').collect();
        let actual = redis_cli(&kv, &words);
        assert!(is_reply(&actual, reply), "{command}: {actual} instead of {reply}");
    }
}

/// Whether it is this reply. A time to live runs: of one that is `up to` so many seconds, a minute may be gone.
fn is_reply(actual: &str, expected: &str) -> bool {
    let Some(most) = expected.strip_prefix("up to ") else { return actual == expected };
    let most: u32 = most.parse().unwrap();
    let left = actual.strip_prefix("(integer) ").and_then(|left| left.parse::<u32>().ok());
    left.is_some_and(|left| (most - 60..=most).contains(&left))
}

/// Commands, one after the other, and what a Redis that is empty at first answers to them.
const REPLIES: &[(&str, &str)] = &[
    ("PING", "PONG"),
    ("PING hello", "\"hello\""),
    ("ECHO hello", "\"hello\""),
    ("SELECT 0", "OK"),
    ("SELECT 1", "(error) ERR DB index is out of range"),
    ("GET a", "(nil)"),
    ("SET a 1", "OK"),
    ("GET a", "\"1\""),
    ("SET a 2 NX", "(nil)"),
    ("SET b 2 XX", "(nil)"),
    ("SET a 2 XX", "OK"),
    ("SET b 3 NX EX 1000", "OK"),
    ("TTL b", "up to 1000"),
    ("TTL a", "(integer) -1"),
    ("TTL c", "(integer) -2"),
    ("SET a 3 EX 0", "(error) ERR invalid expire time in 'set' command"),
    ("SET a 3 EX 1 PX 1", "(error) ERR syntax error"),
    ("INCR a", "(integer) 3"),
    ("INCRBY a -13", "(integer) -10"),
    ("INCR c", "(integer) 1"),
    ("SET a 9223372036854775807", "OK"),
    ("INCR a", "(error) ERR increment or decrement would overflow"),
    ("SET a x", "OK"),
    ("INCR a", "(error) ERR value is not an integer or out of range"),
    ("INCRBY a x", "(error) ERR value is not an integer or out of range"),
    ("APPEND a yz", "(integer) 3"),
    ("APPEND d new", "(integer) 3"),
    ("GET a", "\"xyz\""),
    ("MSET a 1 b 2", "OK"),
    ("MSET a 1 b", "(error) ERR wrong number of arguments for 'mset' command"),
    ("MGET a b nothing", "1) \"1\"\n2) \"2\"\n3) (nil)"),
    ("TTL b", "(integer) -1"),
    ("EXPIRE b 500", "(integer) 1"),
    ("EXPIRE nothing 500", "(integer) 0"),
    ("TTL b", "up to 500"),
    ("EXPIRE b -1", "(integer) 1"),
    ("EXISTS b", "(integer) 0"),
    ("EXISTS a a nothing", "(integer) 2"),
    ("KEYS [ab]", "1) \"a\""),
    ("KEYS nothing*", "(empty array)"),
    ("DEL a nothing", "(integer) 1"),
    ("DBSIZE", "(integer) 2"),
    ("GET", "(error) ERR wrong number of arguments for 'get' command"),
    ("PUBLISH nobody hello", "(integer) 0"),
    ("CONFIG GET save", "1) \"save\"\n2) \"\""),
    ("CONFIG GET appendonly", "1) \"appendonly\"\n2) \"no\""),
    ("COMMAND DOCS", "(empty array)"),
    ("NONSENSE a b", "(error) ERR unknown command 'NONSENSE', with args beginning with: 'a' 'b'"),
    ("FLUSHALL", "OK"),
    ("DBSIZE", "(integer) 0"),
];

#[test]
fn a_shard_that_is_killed_loses_its_keys_and_no_other_does() {
    if !installed("redis-cli") {
        return;
    }
    let kv = Kv::start();
    let mut open = kv.connect();
    let keys: Vec<String> = (0..200).map(|number| format!("key:{number}")).collect();
    let pairs: Vec<&str> = keys.iter().flat_map(|key| [key.as_str(), "1"]).collect();
    assert_eq!(redis_cli(&kv, &[&["MSET"], &pairs[..]].concat()), "OK");
    assert_eq!(redis_cli(&kv, &["DBSIZE"]), "(integer) 200");
    let killed = redis_cli(&kv, &["DEBUG", "PANIC", "key:7"]);
    assert!(killed.starts_with("(error) ERR") && killed.contains("DEBUG PANIC"), "{killed}");
    // It is there again, and empty; a connection that was open before goes on.
    open.ask("GET key:7", "$-1");
    let left = keys.iter().filter(|key| redis_cli(&kv, &["EXISTS", key]) == "(integer) 1").count();
    assert!((150..200).contains(&left), "{left} of 200 keys are left: one of 64 shards is empty");
    assert_eq!(redis_cli(&kv, &["DBSIZE"]), format!("(integer) {left}"));
    open.ask("SET key:7 2", "+OK");
    assert_eq!(redis_cli(&kv, &["GET", "key:7"]), "\"2\"");
    assert_eq!(
        redis_cli(&kv, &["DEBUG", "PANIC"]),
        "(error) ERR wrong number of arguments for 'debug' command"
    );
}

#[test]
fn redis_cli_hears_what_another_publishes() {
    if !installed("redis-cli") {
        return;
    }
    let kv = Kv::start();
    let (mut subscriber, heard) = subscribe(&kv, "news");
    let next_three = || [(); 3].map(|()| heard.recv_timeout(LIMIT).unwrap());
    assert_eq!(next_three(), ["subscribe", "news", "1"]);
    assert_eq!(redis_cli(&kv, &["PUBLISH", "news", "it works"]), "(integer) 1");
    assert_eq!(next_three(), ["message", "news", "it works"]);
    subscriber.kill().unwrap();
    subscriber.wait().unwrap();
}

/// Starts a subscriber, which prints all that it hears, a word a line.
fn subscribe(kv: &Kv, channel: &str) -> (Child, Receiver<String>) {
    let mut redis_cli = Command::new("redis-cli");
    redis_cli.args(["-p", &kv.port().to_string(), "SUBSCRIBE", channel]).stdout(Stdio::piped());
    let mut child = redis_cli.spawn().unwrap();
    let heard = lines(child.stdout.take().unwrap());
    (child, heard)
}

#[test]
fn redis_cli_learns_about_the_server() {
    if !installed("redis-cli") {
        return;
    }
    let kv = Kv::start();
    redis_cli(&kv, &["MSET", "a", "1", "b", "2"]);
    redis_cli(&kv, &["EXPIRE", "a", "100"]);
    let mut info = redis_cli(&kv, &["INFO"]);
    for line in ["total_commands_processed:3", "db0:keys=2,expires=1"] {
        assert!(info.contains(line), "{info}");
    }
    // The server may hear a moment later that those who asked before have gone.
    let deadline = Instant::now() + LIMIT;
    while !info.contains("connected_clients:1") {
        assert!(Instant::now() < deadline, "{info}");
        thread::sleep(Duration::from_millis(5));
        info = redis_cli(&kv, &["INFO"]);
    }
}

#[test]
fn redis_benchmark_finds_no_error() {
    if !installed("redis-benchmark") {
        return;
    }
    let kv = Kv::start();
    let port = kv.port().to_string();
    let options = ["-t", "set,get,incr", "-n", "70000", "-c", "50", "-P", "16", "-r", "10000", "--csv"];
    let output = run(Command::new("redis-benchmark").args(["-p", &port]).args(options));
    assert!(output.status.success(), "{}{}", output.stdout, output.stderr);
    assert_eq!(output.stderr, "");
    for test in ["\"SET\"", "\"GET\"", "\"INCR\""] {
        assert!(output.stdout.contains(test), "{}", output.stdout);
    }
    assert!(commands(&kv) > 200_000);
    let (status, errors) = kv.terminate();
    assert!(status.success());
    assert!(!errors.contains("panicked"), "{errors}");
}

/// How many commands there have been.
fn commands(kv: &Kv) -> u64 {
    let info = redis_cli(kv, &["--raw", "INFO"]);
    let line = info.lines().find_map(|line| line.strip_prefix("total_commands_processed:"));
    line.and_then(|number| number.trim().parse().ok()).unwrap_or_else(|| panic!("{info}"))
}
