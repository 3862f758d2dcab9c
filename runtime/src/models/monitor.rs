//! Monitors against the end of what they watch.

use std::sync::Arc;

use super::model;
use crate::exit::ExitReason;
use crate::life::{Life, Tell};
use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::model::thread;

fn counting(told: &Arc<AtomicUsize>) -> Tell {
    let told = Arc::clone(told);
    Box::new(move |_| {
        told.fetch_add(1, Ordering::Relaxed);
    })
}

/// A life that ends on another thread.
fn ending() -> (Arc<Life>, thread::JoinHandle<()>) {
    let life = Life::new("model");
    let server = Arc::clone(&life);
    let ends = thread::spawn(move || {
        server.begin_exit(ExitReason::Normal);
        server.finish();
    });
    (life, ends)
}

#[test]
fn m07_a_monitor_is_told_once_or_hears_that_it_comes_too_late() {
    model(|| {
        let (life, ends) = ending();
        let told = Arc::new(AtomicUsize::new(0));
        let watch = life.watch(counting(&told)).map_err(|tell| tell(ExitReason::NoProc));
        ends.join().unwrap();
        assert_eq!(told.load(Ordering::Relaxed), 1);
        drop(watch);
    });
}

#[test]
fn m07_a_monitor_that_is_taken_back_is_told_once_at_most() {
    model(|| {
        let (life, ends) = ending();
        let told = Arc::new(AtomicUsize::new(0));
        drop(life.watch(counting(&told)));
        ends.join().unwrap();
        assert!(told.load(Ordering::Relaxed) <= 1);
        assert_eq!(Arc::strong_count(&told), 1, "nothing of it is kept");
    });
}
