//! `gateway` without a database: the one of its own, which is killed; and how the gateway ends.
//!
//! Where there is no `curl` these tests say so, and pass; on CI they fail.

mod support;

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::curl::Answer;
use support::{Gateway, LIMIT, installed, signal, until};

/// A gateway, and the process of its database.
fn start() -> (Gateway, u32) {
    let (gateway, said) = Gateway::start(&[]);
    (gateway, process(&said[0]))
}

/// The process of which this line tells.
fn process(line: &str) -> u32 {
    let number = line.split("process ").nth(1).and_then(|rest| rest.split(',').next());
    number.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{line}"))
}

/// Whether it runs. One that has ended is there for `kill` until its parent has heard of it.
fn is_there(process: u32) -> bool {
    if let Ok(stat) = std::fs::read_to_string(format!("/proc/{process}/stat")) {
        // The state stands behind the name, which may be any.
        return stat.rsplit_once(") ").is_none_or(|(_, state)| !state.starts_with('Z'));
    }
    let mut kill = Command::new("kill");
    kill.args(["-0", &process.to_string()]).stderr(Stdio::null()).status().unwrap().success()
}

#[test]
fn a_database_of_its_own_is_started_again_when_it_is_killed() {
    if !installed(&["curl"]) {
        return;
    }
    let (mut gateway, first) = start();
    until("the service is there", || gateway.put("/keys/a", "1").status == 200);
    gateway.get("/keys/a").is(200, "1");
    gateway.delete("/keys/a").is(200, "{\"done\":\"deleted\"}\n");

    let killed = Instant::now();
    signal("KILL", first);
    // The next is started a second later: whoever is answered until then is told that there is none, and where the machine
    // is busy an answer may come later than that.
    let is_away = |answer: &Answer| {
        if killed.elapsed() < Duration::from_secs(1) {
            answer.says(503, "the database at 127.0.0.1:");
        }
    };
    is_away(&gateway.put("/keys/a", "2"));
    is_away(&gateway.get("/keys/b"));
    let second = process(&gateway.says("the database is our own kv"));
    assert_ne!(first, second);
    until("the service is back", || gateway.put("/keys/a", "3").status == 200);
    gateway.get("/keys/a").is(200, "3");
    gateway.get("/keys/b").says(404, "there is no key b");
    assert!(gateway.still_runs());

    gateway.ask_to_end();
    let (status, errors) = gateway.ended();
    assert_eq!(status.code(), Some(0), "{errors}");
    until("the database has ended as well", || !is_there(second));
}

#[test]
fn the_database_does_not_outlive_a_gateway_that_is_killed() {
    let (gateway, database) = start();
    assert!(is_there(database));
    gateway.kill();
    until("the database has ended", || !is_there(database));
}

#[test]
fn what_is_under_way_is_answered_before_the_end() {
    let (gateway, _) = start();
    let mut idle = connect(&gateway);
    idle.write_all(b"GET /keys/a HTTP/1.1\r\nhost: gateway\r\n\r\n").unwrap();
    read_until(&mut idle, "there is no key a\"}\n");
    let mut busy = connect(&gateway);
    // The gateway says `100 Continue` when a handler waits for the body: from there on the request is under way.
    let head = "PUT /keys/a HTTP/1.1\r\nhost: gateway\r\ncontent-length: 6\r\nexpect: 100-continue\r\n\r\n";
    busy.write_all(head.as_bytes()).unwrap();
    read_until(&mut busy, "100 Continue\r\n\r\n");
    busy.write_all(b"one").unwrap();

    gateway.ask_to_end();
    // An idle connection is closed as soon as the end has begun.
    assert_eq!(read(&mut idle, &mut [0]), 0);
    busy.write_all(b"two").unwrap();
    let answer = read_until(&mut busy, "{\"done\":\"stored\"}\n");
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    let (status, errors) = gateway.ended();
    assert_eq!((status.code(), errors.as_str()), (Some(0), ""));
}

#[test]
fn requests_are_bounded() {
    if !installed(&["curl"]) {
        return;
    }
    let (gateway, _) = start();
    let ask = |path: &str, arguments: &[&str]| support::curl::ask(&gateway.url(path), arguments);
    let file = format!("{}/gateway-value", env!("CARGO_TARGET_TMPDIR"));
    for (length, status) in [(256 << 10, 200), ((256 << 10) + 1, 413)] {
        std::fs::write(&file, "x".repeat(length)).unwrap();
        assert_eq!(
            ask("/keys/a", &["-X", "PUT", "--data-binary", &format!("@{file}")]).status,
            status,
            "{length}"
        );
    }
    assert_eq!(gateway.get("/keys/a").text.len(), 256 << 10);
    gateway.get(&format!("/keys/{}", "x".repeat(512))).says(404, "there is no key");
    gateway.get(&format!("/keys/{}", "x".repeat(513))).says(400, "no more than 512 bytes");
    gateway.get("/keys/%ff").says(400, "");
    gateway.get("/nothing").says(404, "/keys/{key}");
    ask("/keys/a", &["-X", "POST"]).says(405, "GET, PUT and DELETE");
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    let (gateway, _) = start();
    let mut slow = connect(&gateway);
    slow.write_all(b"PUT /keys/a HTTP/1.1\r\nhost: gateway\r\ncontent-length: 6\r\n\r\none").unwrap();
    let answer = read_until(&mut slow, "took longer than 5 s\"}\n");
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[test]
fn health_shows_the_tree_and_the_counters() {
    if !installed(&["curl"]) {
        return;
    }
    let (gateway, _) = start();
    gateway.get("/keys/a").says(404, "there is no key a");
    let health = gateway.get("/health");
    assert_eq!(health.status, 200);
    for part in [
        "\"database\":\"connected\"",
        "\"connections\":4",
        "\"counters\":{\"requests\":1,\"from_cache\":0,\"unavailable\":0,\"too_slow\":0,\"refreshed\":",
        "\"tree\":{\"type_name\":\"Supervisor\"",
        "\"id\":\"refresher\"",
        "\"id\":\"http\"",
    ] {
        assert!(health.text.contains(part), "{part}: {}", health.text);
    }
}

fn connect(gateway: &Gateway) -> TcpStream {
    let socket = TcpStream::connect(gateway.address()).unwrap();
    socket.set_read_timeout(Some(LIMIT)).unwrap();
    socket.set_write_timeout(Some(LIMIT)).unwrap();
    socket
}

/// All that is said, up to this.
fn read_until(socket: &mut TcpStream, end: &str) -> String {
    let (mut said, mut piece) = (String::new(), [0; 1024]);
    while !said.ends_with(end) {
        let length = read(socket, &mut piece);
        assert!(length > 0, "it ends with {said}");
        said.push_str(std::str::from_utf8(&piece[..length]).unwrap());
    }
    said
}

/// Reads what there is. A signal may interrupt that where there is a time limit, and says nothing.
fn read(socket: &mut TcpStream, piece: &mut [u8]) -> usize {
    loop {
        match socket.read(piece) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            read => return read.unwrap(),
        }
    }
}
