//! What a server holds, and its name, against its end.

use std::sync::Arc;

use super::model;
use crate::Name;
use crate::agent::AgentEngine;
use crate::exit::ExitReason;
use crate::holder::Holder;
use crate::life::Life;
use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::model::thread;

type Counter = Holder<u32>;

fn end(life: &Life) {
    life.begin_exit(ExitReason::Normal);
    life.finish();
}

#[test]
fn loom_what_a_server_holds_is_given_back_once_or_was_never_taken() {
    model(|| {
        let life = Life::new("model");
        let server = Arc::clone(&life);
        let ends = thread::spawn(move || end(&server));
        let given_back = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&given_back);
        let hold = life.hold(Box::new(move || {
            counter.fetch_add(1, Ordering::Relaxed);
        }));
        ends.join().unwrap();
        assert_eq!(given_back.load(Ordering::Relaxed), usize::from(hold.is_some()));
    });
}

#[test]
fn loom_a_hold_that_is_dropped_is_given_back_once_at_most_and_keeps_nothing() {
    model(|| {
        let life = Life::new("model");
        let server = Arc::clone(&life);
        let ends = thread::spawn(move || end(&server));
        let witness = Arc::new(());
        let kept = Arc::clone(&witness);
        drop(life.hold(Box::new(move || drop(kept))));
        ends.join().unwrap();
        assert_eq!(Arc::strong_count(&witness), 1);
    });
}

#[test]
fn loom_a_name_leads_to_one_that_lives_and_is_free_before_a_death_is_seen() {
    model(|| {
        let name: &'static Name<Counter> = Box::leak(Box::new(Name::new("model")));
        let (old, new) = (Life::new("model"), Life::new("model"));
        let claim = name.claim::<Holder<u32>>();
        assert!(claim.claim(&old).is_ok());
        claim.open(&AgentEngine::create_with(Arc::clone(&old), Holder::new(1)));
        let told = Arc::new(AtomicUsize::new(0));
        let tell = Arc::clone(&told);
        let watch = old.watch(Box::new(move |_| {
            tell.fetch_add(1, Ordering::Release);
        }));
        let server = Arc::clone(&old);
        let ends = thread::spawn(move || end(&server));
        let is_told = told.load(Ordering::Acquire) == 1;
        let was_alive = old.is_alive();
        let found = name.whereis().is_some();
        assert!(was_alive || !found, "one was found that had ended");
        let claimed = claim.claim(&new).is_ok();
        assert!(claimed || !is_told, "the name was taken after the end was seen");
        ends.join().unwrap();
        assert_eq!(claim.claim(&Life::new("model")).is_err(), claimed, "the next one lost it");
        end(&new);
        assert!(name.whereis().is_none());
        drop((watch, found));
    });
}
