//! `gateway`, a real `redis-server` behind it, and real `curl`s before it.
//!
//! Where one of these is not installed these tests say so, and pass; on CI they fail.

mod support;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use support::redis::Redis;
use support::{Gateway, alone, beside_others, curl, installed, until};

const PROGRAMS: [&str; 3] = ["redis-server", "redis-cli", "curl"];

#[test]
fn values_go_to_the_database_and_come_back() {
    if !installed(&PROGRAMS) {
        return;
    }
    let _beside = beside_others();
    let redis = Redis::start();
    let gateway = Gateway::of(redis.port());
    until("the service is there", || gateway.put("/keys/b", "first").status == 200);
    gateway.get("/keys/a").says(404, "there is no key a");
    gateway.put("/keys/a", "hello").is(200, "{\"done\":\"stored\"}\n");
    assert_eq!(redis.cli(&["GET", "a"]), "hello");
    gateway.get("/keys/a").is(200, "hello");
    gateway.put("/keys/a", "").is(200, "{\"done\":\"stored\"}\n");
    gateway.get("/keys/a").is(200, "");
    gateway.put("/keys/a%20b%2Fc", "odd").is(200, "{\"done\":\"stored\"}\n");
    assert_eq!(redis.cli(&["GET", "a b/c"]), "odd");
    gateway.delete("/keys/a").is(200, "{\"done\":\"deleted\"}\n");
    gateway.delete("/keys/a").says(404, "there is no key a");
    gateway.get("/keys/a").says(404, "there is no key a");
    assert_eq!(redis.cli(&["EXISTS", "a"]), "0");
}

#[test]
fn what_the_database_refuses_is_told_and_breaks_nothing() {
    if !installed(&PROGRAMS) {
        return;
    }
    let _beside = beside_others();
    let redis = Redis::start();
    let gateway = Gateway::of(redis.port());
    redis.cli(&["LPUSH", "list", "1"]);
    redis.cli(&["SETRANGE", "long", "300000", "x"]);
    let refused = || {
        gateway.get("/keys/list").says(502, "WRONGTYPE");
        gateway.get("/keys/long").says(502, "a value of 300001 bytes");
    };
    until("the refresher has asked for them as well", || {
        refused();
        !gateway.get("/health").text.contains("\"refreshed\":0")
    });
    refused();
    let health = gateway.get("/health").text;
    assert!(health.contains("\"connections\":4"), "{health}");
    let (never, all) = ("\"restarts\":0", "\"restarts\":");
    assert_eq!(health.matches(never).count(), health.matches(all).count(), "{health}");
}

#[test]
fn a_change_by_others_shows_although_there_is_a_cache() {
    if !installed(&PROGRAMS) {
        return;
    }
    let _beside = beside_others();
    let redis = Redis::start();
    let gateway = Gateway::of(redis.port());
    until("the service is there", || gateway.put("/keys/a", "1").status == 200);
    gateway.get("/keys/a").is(200, "1");
    until("an answer comes from the cache", || {
        gateway.get("/keys/a").is(200, "1");
        !gateway.get("/health").text.contains("\"from_cache\":0,")
    });
    redis.cli(&["SET", "a", "2"]);
    until("the new value shows", || gateway.get("/keys/a").text == "2");
    redis.cli(&["DEL", "a"]);
    until("there is no value any more", || gateway.get("/keys/a").status == 404);
    assert!(!gateway.get("/health").text.contains("\"refreshed\":0"));
}

#[test]
fn the_service_comes_back_by_itself() {
    if !installed(&PROGRAMS) {
        return;
    }
    let _beside = beside_others();
    let redis = Redis::start();
    let mut gateway = Gateway::of(redis.port());
    until("the service is there", || gateway.put("/keys/a", "1").status == 200);
    assert!(gateway.get("/health").text.contains("\"database\":\"connected\""));

    let port = redis.kill();
    let killed = Instant::now();
    let away = format!("database at 127.0.0.1:{port}");
    // Long enough for several tries to connect, which all fail.
    while killed.elapsed() < Duration::from_secs(3) {
        gateway.put("/keys/a", "2").says(503, &away);
        gateway.get("/keys/b").says(503, &away);
        gateway.delete("/keys/a").says(503, &away);
    }
    let health = gateway.get("/health");
    assert_eq!(health.status, 200);
    assert!(health.text.contains("\"database\":\"away\""), "{health:?}");
    assert!(!health.text.contains("\"unavailable\":0"), "{health:?}");

    let redis = Redis::start_at(port);
    until("the service is back", || gateway.put("/keys/a", "3").status == 200);
    assert_eq!(redis.cli(&["GET", "a"]), "3");
    gateway.get("/keys/a").is(200, "3");
    until("all connections are back", || gateway.get("/health").text.contains("\"connections\":4"));
    assert!(gateway.still_runs());
    // Their supervisor has not given up meanwhile: it is the one of the beginning.
    let tree = gateway.get("/health").text;
    let pool =
        tree.split_once("\"id\":\"connections\"").and_then(|(_, pool)| pool.split_once("\"children\""));
    assert!(pool.is_some_and(|(pool, _)| pool.contains("\"restarts\":0")), "{tree}");
}

#[test]
fn every_one_of_many_clients_is_answered_while_the_database_is_killed() {
    const CLIENTS: usize = 20;
    if !installed(&PROGRAMS) {
        return;
    }
    let _alone = alone();
    let redis = Redis::start();
    let gateway = Gateway::of(redis.port());
    let done = AtomicBool::new(false);
    // How many answers of each kind a client has had since it was last asked.
    let answers: [[AtomicUsize; 2]; CLIENTS] = Default::default();
    let all_had = |kind: usize| {
        for had in &answers {
            had[kind].store(0, Ordering::Relaxed);
        }
        until("each client has such an answer", || {
            answers.iter().all(|had| had[kind].load(Ordering::Relaxed) > 0)
        });
    };
    thread::scope(|scope| {
        let done = &done;
        for (client, had) in answers.iter().enumerate() {
            let url = gateway.url(&format!("/keys/{client}"));
            scope.spawn(move || {
                let requests: [&[&str]; 3] = [&["-X", "PUT", "--data-binary", "x"], &[], &["-X", "DELETE"]];
                for request in requests.iter().cycle().take_while(|_| !done.load(Ordering::Relaxed)) {
                    let answer = curl::ask(&url, request);
                    match answer.status {
                        200 | 404 => had[0].fetch_add(1, Ordering::Relaxed),
                        503 | 504 => had[1].fetch_add(1, Ordering::Relaxed),
                        _ => panic!("{answer:?}"),
                    };
                }
            });
        }
        // Whatever fails in here, the clients are to end.
        let whatever = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            all_had(0);
            let port = redis.kill();
            all_had(1);
            let redis = Redis::start_at(port);
            all_had(0);
            redis
        }));
        done.store(true, Ordering::Relaxed);
        assert!(whatever.is_ok());
    });
}

#[test]
fn a_database_that_hangs_is_told_as_such_and_the_service_comes_back() {
    if !installed(&PROGRAMS) {
        return;
    }
    let _beside = beside_others();
    let redis = Redis::start();
    let gateway = Gateway::of(redis.port());
    until("the service is there", || gateway.put("/keys/a", "1").status == 200);
    redis.signal("STOP");
    gateway.get("/keys/a").says(504, "has not answered in time");
    // What is asked meanwhile tells the gateway that each of its connections hangs.
    until("there is no connection any more", || {
        let answer = gateway.put("/keys/a", "2");
        assert!(matches!(answer.status, 503 | 504), "{answer:?}");
        answer.status == 503 && answer.text.contains("there is no connection")
    });
    redis.signal("CONT");
    until("the service is back", || gateway.put("/keys/a", "3").status == 200);
    gateway.get("/keys/a").is(200, "3");
}
