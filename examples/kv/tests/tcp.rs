//! `kv` and clients that speak bytes over plain sockets: well, badly, and not at all.

mod support;

use std::io::{Read as _, Write as _};
use std::thread;
use std::time::{Duration, Instant};

use support::{Kv, LIMIT};

/// As `MAX_STRING` in the server.
const MAX_STRING: usize = 8 << 20;
/// As `LINGER` in the server.
const LINGER: Duration = Duration::from_secs(1);

const TOO_BIG: &str = "-ERR Protocol error: too big inline request\r\n";

fn bulk(text: &str) -> String {
    format!("${}\r\n{text}\r\n", text.len())
}

#[test]
fn a_pipeline_is_answered_in_order() {
    let kv = Kv::start();
    let mut client = kv.connect();
    client.send("INCR n\r\n".repeat(5_000));
    client.expect((1..=5_000).map(|n| format!(":{n}\r\n")).collect::<Vec<_>>().concat());
}

#[test]
fn a_request_may_come_in_pieces() {
    let kv = Kv::start();
    let mut client = kv.connect();
    for byte in b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$2\r\n\r\n\r\n" {
        client.send([*byte]);
    }
    client.expect("+OK\r\n");
    client.ask("GET a", "$2\r\n\r\n");
}

#[test]
fn people_can_type() {
    let kv = Kv::start();
    let mut client = kv.connect();
    client.send("\r\n  set  greeting \"hello\\tyou\" \n\nGET greeting\r\nQUIT\r\nPING\r\n");
    client.expect("+OK\r\n$9\r\nhello\tyou\r\n+OK\r\n");
    client.expect_end();
}

#[test]
fn malformed_input_ends_its_connection_and_nothing_else() {
    let kv = Kv::start();
    let mut other = kv.connect();
    let cases = [
        ("*-5\r\n", "invalid multibulk length"),
        ("*1000000\r\n", "invalid multibulk length"),
        ("*x\r\n", "invalid multibulk length"),
        ("*11111111111111111111111111111", "invalid multibulk length"),
        ("*1\r\n$abc\r\n", "invalid bulk length"),
        ("*1\r\n$-1\r\n", "invalid bulk length"),
        ("*2\r\n$3\r\nGET\r\n$1000000000\r\n", "invalid bulk length"),
        ("*1\r\n*1\r\n$4\r\nPING\r\n", "expected '$', got '*'"),
        ("*1\r\n:1\r\n", "expected '$', got ':'"),
        ("*1\r\n$4\r\nPINGPING\r\n", "expected the end of a line after a bulk string"),
        ("SET a \"b\r\n", "unbalanced quotes in request"),
    ];
    for (input, error) in cases {
        let mut client = kv.connect();
        // What comes before it is answered, and what comes after it is not.
        client.send(format!("PING\r\n{input}PING\r\nPING\r\n"));
        client.expect(format!("+PONG\r\n-ERR Protocol error: {error}\r\n"));
        client.expect_end();
        other.ask("PING", "+PONG");
    }
}

#[test]
fn a_line_of_a_type_that_is_none_is_an_unknown_command() {
    let kv = Kv::start();
    let mut client = kv.connect();
    client.ask("$abc", "-ERR unknown command '$abc', with args beginning with: ");
    client.ask(":1", "-ERR unknown command ':1', with args beginning with: ");
    client.ask("PING", "+PONG");
}

#[test]
fn an_endless_line_ends_its_connection() {
    let kv = Kv::start();
    let begin = Instant::now();
    let mut client = kv.connect();
    // More than is read: the error reaches the client although it is still sending.
    drop(client.socket.write_all(&vec![b'a'; 1 << 20]));
    let (heard, ended) = client.hear_all();
    // Whoever takes longer than that to send it may be cut off, and lose what was said.
    let is_late = begin.elapsed() >= LINGER;
    let is_told = ended.is_ok() && heard == TOO_BIG;
    assert!(is_told || (is_late && TOO_BIG.starts_with(&heard)), "{ended:?}, after {heard:?}");
    kv.connect().ask("PING", "+PONG");
}

#[test]
fn who_never_stops_sending_is_cut_off() {
    let kv = Kv::start();
    let mut client = kv.connect();
    let start = Instant::now();
    while let Ok(()) = client.socket.write_all(&[b'a'; 1 << 12]) {
        assert!(start.elapsed() < LIMIT, "it may go on for ever");
    }
    kv.connect().ask("PING", "+PONG");
}

#[test]
fn who_hangs_up_in_the_middle_of_a_request_harms_nobody() {
    let kv = Kv::start();
    for start in ["*", "*2\r\n", "*2\r\n$3\r\nGE", "GET", "PING\r\n*2\r\n$3\r\nSET\r\n$8000000\r\nabc"] {
        kv.connect().send(start);
    }
    kv.connect().ask("PING", "+PONG");
}

#[test]
fn errors_of_commands_do_not_end_a_connection() {
    let kv = Kv::start();
    let mut client = kv.connect();
    client.ask("GET", "-ERR wrong number of arguments for 'get' command");
    client.send("*1\r\n$5\r\nA\r\nBC\r\n");
    client.expect("-ERR unknown command 'A  BC', with args beginning with: \r\n");
    client.send("*1\r\n$0\r\n\r\n");
    client.expect("-ERR unknown command '', with args beginning with: \r\n");
    client.ask("PING", "+PONG");
}

#[test]
fn a_string_may_be_long_but_not_longer() {
    let kv = Kv::start();
    let mut client = kv.connect();
    let long = bulk(&"x".repeat(MAX_STRING));
    client.send(format!("*3\r\n$3\r\nSET\r\n$1\r\na\r\n{long}"));
    client.expect("+OK\r\n");
    client.ask("GET a", long.trim_end());
    client.ask("APPEND a x", "-ERR string exceeds maximum allowed size");
    client.send(format!("*2\r\n$3\r\nGET\r\n${}\r\n", MAX_STRING + 1));
    client.expect("-ERR Protocol error: invalid bulk length\r\n");
}

#[test]
fn clients_count_together() {
    let kv = Kv::start();
    thread::scope(|scope| {
        for _ in 0..8 {
            let mut client = kv.connect();
            scope.spawn(move || {
                client.send("INCR n\r\n".repeat(1_000) + "PING\r\n");
                let mut heard = Vec::new();
                while !heard.ends_with(b"+PONG\r\n") {
                    let mut piece = [0; 4096];
                    let length = client.socket.read(&mut piece).unwrap();
                    heard.extend_from_slice(&piece[..length]);
                }
            });
        }
    });
    kv.connect().ask("GET n", "$4\r\n8000");
}

#[test]
fn keys_expire() {
    let kv = Kv::start();
    let mut client = kv.connect();
    client.ask("SET a 1 EX 100", "+OK");
    // Some of it may be gone.
    let left = client.ask_for_number("TTL a");
    assert!((40..=100).contains(&left), "{left}");
    client.ask("SET a 1 PX 50", "+OK");
    client.ask_until("GET a", "$-1");
    client.ask("TTL a", ":-2");
}

#[test]
fn expired_keys_are_removed_although_nobody_asks_for_them() {
    let kv = Kv::start();
    let mut client = kv.connect();
    client.send((0..5_000).map(|n| format!("SET {n} 1 PX 50\r\n")).collect::<Vec<_>>().concat());
    client.expect("+OK\r\n".repeat(5_000));
    client.ask("SET stays 1", "+OK");
    // It counts what is there, expired or not.
    client.ask_until("DBSIZE", ":1");
}

#[test]
fn who_subscribes_hears_what_is_published() {
    let kv = Kv::start();
    let (mut alice, mut bob) = (kv.connect(), kv.connect());
    let message = "*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello";
    bob.ask("SUBSCRIBE news", "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1");
    alice.ask("PUBLISH news hello", ":1");
    alice.ask("PUBLISH other hello", ":0");
    bob.expect(format!("{message}\r\n"));
    bob.ask("PING", "*2\r\n$4\r\npong\r\n$0\r\n");
    bob.ask(
        "GET a",
        "-ERR Can't execute this: only SUBSCRIBE / UNSUBSCRIBE / PING / QUIT are allowed in this context",
    );
    bob.ask("SUBSCRIBE other", "*3\r\n$9\r\nsubscribe\r\n$5\r\nother\r\n:2");
    bob.ask("UNSUBSCRIBE news", "*3\r\n$11\r\nunsubscribe\r\n$4\r\nnews\r\n:1");
    alice.ask("PUBLISH news hello", ":0");
    bob.ask("UNSUBSCRIBE", "*3\r\n$11\r\nunsubscribe\r\n$5\r\nother\r\n:0");
    bob.ask("UNSUBSCRIBE", "*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0");
    bob.ask("GET a", "$-1");
}

#[test]
fn who_hangs_up_is_no_subscriber_any_more() {
    let kv = Kv::start();
    let mut alice = kv.connect();
    let mut bob = kv.connect();
    bob.ask("SUBSCRIBE news", "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1");
    alice.ask("PUBLISH news hello", ":1");
    drop(bob);
    alice.ask_until("PUBLISH news hello", ":0");
}

#[test]
fn no_message_is_lost_between_those_who_read() {
    let kv = Kv::start();
    let (mut alice, mut bob) = (kv.connect(), kv.connect());
    bob.ask("SUBSCRIBE news", "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1");
    thread::scope(|scope| {
        // Bob reads meanwhile: who makes no room is not waited for.
        scope.spawn(|| alice.send("PUBLISH news hello\r\n".repeat(10_000)));
        bob.expect("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n".repeat(10_000));
    });
    alice.expect(":1\r\n".repeat(10_000));
}

#[test]
fn a_subscriber_that_does_not_read_is_disconnected_and_the_publisher_goes_on() {
    let kv = Kv::start();
    let (mut alice, mut bob) = (kv.connect(), kv.connect());
    bob.ask("SUBSCRIBE news", "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1");
    // More than the sockets and the mailbox hold.
    let publish = format!("*3\r\n$7\r\nPUBLISH\r\n$4\r\nnews\r\n{}", bulk(&"x".repeat(1 << 18)));
    let deadline = Instant::now() + LIMIT * 3;
    loop {
        assert!(Instant::now() < deadline, "the subscriber is still there");
        alice.send(&publish);
        let mut reply = [0; 4];
        alice.socket.read_exact(&mut reply).unwrap();
        if reply == *b":0\r\n" {
            break;
        }
    }
    alice.ask("PING", "+PONG");
}

#[test]
fn a_client_that_does_not_read_waits_and_then_gets_all() {
    let kv = Kv::start();
    let mut client = kv.connect();
    let value = bulk(&"x".repeat(1 << 20));
    client.send(format!("*3\r\n$3\r\nSET\r\n$1\r\na\r\n{value}"));
    client.expect("+OK\r\n");
    let requests = "GET a\r\n".repeat(100) + &"MGET a a a a\r\n".repeat(100);
    client.send(requests);
    // Replies of 500 MB are due; meanwhile others are served, and memory does not grow with them.
    for _ in 0..20 {
        kv.connect().ask("PING", "+PONG");
        thread::sleep(Duration::from_millis(10));
    }
    assert!(kv.memory().is_none_or(|bytes| bytes < 100 << 20), "{:?} bytes", kv.memory());
    for _ in 0..100 {
        client.expect(&value);
    }
    for _ in 0..100 {
        client.expect(format!("*4\r\n{value}{value}{value}{value}"));
    }
}

#[test]
fn a_signal_ends_it_cleanly() {
    let kv = Kv::start();
    let (mut idle, mut stuck) = (kv.connect(), kv.connect());
    idle.ask("PING", "+PONG");
    let value = bulk(&"x".repeat(1 << 20));
    stuck.send(format!("*3\r\n$3\r\nSET\r\n$1\r\na\r\n{value}"));
    stuck.expect("+OK\r\n");
    // Its replies fill the socket, so that it cannot be ended without being cut off.
    stuck.send("GET a\r\n".repeat(100));
    idle.ask("GET a", value.trim_end());
    let start = Instant::now();
    let (status, errors) = kv.terminate();
    assert!(status.success(), "{status}: {errors}");
    assert!(!errors.contains("panicked"), "{errors}");
    assert!(start.elapsed() < LIMIT / 2, "it took {:?}", start.elapsed());
    idle.expect_end();
}
