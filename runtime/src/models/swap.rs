//! A place whose server is replaced while somebody calls it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use callcast_macros::protocol;

use super::{fine_model, model, poll_once};
use crate::client::ClientOf as _;
use crate::error::{CallError, SendError};
use crate::exit::ExitReason;
use crate::swap::Swap;
use crate::sync::model::{block_on, thread};

#[protocol]
trait Counter {
    #[call]
    fn add(&mut self, n: u32) -> u32;

    #[cast]
    fn post(&mut self, n: u32);
}

/// Counts what it is sent, where whoever has the count can see it.
fn counter(count: &Arc<AtomicU32>) -> CounterClient {
    let (called, told) = (Arc::clone(count), Arc::clone(count));
    let add = |count: &AtomicU32, n| count.fetch_add(n, Ordering::SeqCst) + n;
    CounterClient::stub_with(
        move |CounterRequest::Add { n, reply }| reply.send(add(&called, n)),
        move |CounterCast::Post { n }| {
            add(&told, n);
        },
    )
}

/// Swaps one counter for another, which begins where the first is when the state is handed over.
fn swapped(place: &Swap<CounterProtocol>, old: &Arc<AtomicU32>, new: &Arc<AtomicU32>) {
    let (old, new) = (Arc::clone(old), Arc::clone(new));
    let swapped = block_on(place.swap_with(async |_| {
        new.fetch_add(old.load(Ordering::SeqCst), Ordering::SeqCst);
        Ok::<_, ()>(counter(&new))
    }));
    swapped.unwrap();
}

fn counts() -> (Arc<AtomicU32>, Arc<AtomicU32>) {
    (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)))
}

#[test]
fn m04_a_message_during_a_swap_is_in_the_state_that_is_handed_over_or_comes_after_it() {
    model(|| {
        let (old, new) = counts();
        let place = Swap::<CounterProtocol>::new(counter(&old));
        let client = place.client();
        let caller = thread::spawn(move || {
            client.post(1).send().unwrap();
            block_on(client.add(1).no_timeout())
        });
        swapped(&place, &old, &new);
        assert_eq!(caller.join().unwrap(), Ok(2));
        assert_eq!(new.load(Ordering::SeqCst), 2);
        assert_eq!(block_on(place.client().add(1).no_timeout()), Ok(3));
    });
}

#[test]
fn m04_what_is_sent_through_a_place_is_handled_or_refused_when_its_server_stops() {
    model(|| {
        let (old, _) = counts();
        let server = counter(&old);
        let place = Swap::<CounterProtocol>::new(server.clone());
        let (client, stops) = (place.client(), server.clone());
        let stopper = thread::spawn(move || block_on(stops.stop()));
        let posted = client.post(1).send().map_err(SendError::into_message);
        let added = block_on(client.add(1).no_timeout()).map_err(|error| error.may_have_run());
        assert_eq!(stopper.join().unwrap(), Ok(ExitReason::Normal));
        assert!(matches!(posted, Ok(()) | Err(CounterCast::Post { n: 1 })));
        assert!(matches!(added, Ok(_) | Err(false)));
        let handled_or_counted = u64::from(old.load(Ordering::SeqCst)) + server.undelivered();
        assert_eq!(handled_or_counted, u64::from(posted.is_ok()) + u64::from(added.is_ok()));
    });
}

#[test]
fn loom_who_comes_too_late_for_one_swap_is_in_time_for_the_next() {
    fine_model(|| {
        let ((old, new), last) = (counts(), Arc::new(AtomicU32::new(0)));
        let place = Swap::<CounterProtocol>::new(counter(&old));
        let client = place.client();
        let sender = thread::spawn(move || client.post(1).send().unwrap());
        swapped(&place, &old, &new);
        swapped(&place, &new, &last);
        sender.join().unwrap();
        assert_eq!(block_on(place.client().add(0).no_timeout()), Ok(1));
    });
}

#[test]
fn loom_what_one_sends_during_a_swap_keeps_its_order() {
    model(|| {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let recorder = |seen: &Arc<Mutex<Vec<u32>>>| {
            let seen = Arc::clone(seen);
            CounterClient::stub_with(drop, move |CounterCast::Post { n }| seen.lock().unwrap().push(n))
        };
        let place = Swap::<CounterProtocol>::new(recorder(&seen));
        let client = place.client();
        let sender = thread::spawn(move || {
            client.post(1).send().unwrap();
            client.post(2).send().unwrap();
            drop(client);
        });
        let (new, swapping) = (recorder(&seen), place.client());
        block_on(place.swap(new)).unwrap();
        sender.join().unwrap();
        // Behind both of them.
        swapping.post(3).send().unwrap();
        drop((swapping, place));
        assert_eq!(*seen.lock().unwrap(), [1, 2, 3]);
    });
}

#[test]
fn loom_a_swap_that_is_dropped_loses_nothing() {
    model(|| {
        let (old, _) = counts();
        let place = Swap::<CounterProtocol>::new(counter(&old));
        let client = place.client();
        let caller = thread::spawn(move || block_on(client.add(1).no_timeout()));
        {
            let mut swap =
                std::pin::pin!(place.swap_with(async |_| {
                    std::future::pending::<Result<CounterClient, CallError>>().await
                }));
            assert!(poll_once(&mut swap).is_pending());
        }
        assert_eq!(caller.join().unwrap(), Ok(1));
        assert_eq!(old.load(Ordering::SeqCst), 1);
    });
}
