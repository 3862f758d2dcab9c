//! The queue of both engines.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::model;
use crate::mailbox::{Batch, Mailbox, Push, Pushed, Ticket};
use crate::options::{Options, Overflow};
use crate::sync::model::{block_on, thread};

fn mailbox(capacity: usize) -> Arc<Mailbox<u32>> {
    Arc::new(Mailbox::new(&Options::new().mailbox(capacity).overflow(Overflow::Wait)))
}

fn push(mailbox: &Mailbox<u32>, message: u32) -> Pushed<u32> {
    mailbox.push(message, std::convert::identity, Push::Policy, true).0
}

/// The place of a message that finds no room.
fn push_in_vain(mailbox: &Mailbox<u32>, message: u32) -> Ticket {
    let Pushed::Waiting(ticket) = push(mailbox, message) else { panic!("there is room") };
    ticket
}

fn pop(mailbox: &Mailbox<u32>) -> u32 {
    block_on(std::future::poll_fn(|cx| mailbox.poll_pop(cx)))
}

/// Takes messages out as a server does: as many as there are at once, and then one by one.
struct Receiver {
    mailbox: Arc<Mailbox<u32>>,
    batch: Batch<u32>,
}

impl Receiver {
    fn of(mailbox: &Arc<Mailbox<u32>>) -> Self {
        Self { mailbox: Arc::clone(mailbox), batch: Batch::new() }
    }

    fn poll(&mut self, cx: &Context<'_>) -> Poll<u32> {
        if self.batch.is_empty() {
            self.mailbox.take_batch(&mut self.batch, usize::MAX, cx);
        }
        let Some(entry) = self.batch.pop_front() else { return Poll::Pending };
        self.mailbox.begun(&entry);
        Poll::Ready(entry.message)
    }

    fn pop(&mut self) -> u32 {
        block_on(std::future::poll_fn(|cx| self.poll(cx)))
    }
}

fn accepted(mailbox: &Mailbox<u32>, ticket: Ticket) -> Result<(), ()> {
    block_on(std::future::poll_fn(|cx| mailbox.poll_accepted(ticket, cx)))
}

#[test]
fn loom_a_receiver_that_waits_is_woken() {
    model(|| {
        let mailbox = mailbox(2);
        let sender = {
            let mailbox = Arc::clone(&mailbox);
            thread::spawn(move || assert!(matches!(push(&mailbox, 7), Pushed::Accepted(_))))
        };
        assert_eq!(pop(&mailbox), 7);
        sender.join().unwrap();
    });
}

#[test]
fn loom_a_sender_that_waits_for_room_gets_it() {
    model(|| {
        let mailbox = mailbox(1);
        assert!(matches!(push(&mailbox, 1), Pushed::Accepted(_)));
        let ticket = push_in_vain(&mailbox, 2);
        let receiver = {
            let mailbox = Arc::clone(&mailbox);
            thread::spawn(move || pop(&mailbox))
        };
        assert_eq!(accepted(&mailbox, ticket), Ok(()));
        assert_eq!(receiver.join().unwrap(), 1);
    });
}

/// Each sender's messages, two senders and one receiver.
fn check_order(capacity: usize) {
    model(move || {
        let mailbox = mailbox(capacity);
        let senders: Vec<_> = [10, 20]
            .into_iter()
            .map(|first| {
                let mailbox = Arc::clone(&mailbox);
                thread::spawn(move || {
                    for message in [first, first + 1] {
                        assert!(matches!(push(&mailbox, message), Pushed::Accepted(_) | Pushed::Waiting(_)));
                    }
                })
            })
            .collect();
        let mut receiver = Receiver::of(&mailbox);
        let mut seen: Vec<_> = (0..4).map(|_| receiver.pop()).collect();
        seen.sort_by_key(|message| message / 10);
        assert_eq!(seen, [10, 11, 20, 21]);
        for sender in senders {
            sender.join().unwrap();
        }
    });
}

#[test]
fn loom_each_senders_messages_keep_their_order() {
    check_order(4);
}

#[test]
fn loom_each_senders_messages_keep_their_order_where_they_wait_for_room() {
    check_order(1);
}

#[test]
fn loom_the_place_of_a_message_that_is_begun_goes_to_whoever_waits_for_it() {
    model(|| {
        let mailbox = mailbox(1);
        let mut receiver = Receiver::of(&mailbox);
        assert!(matches!(push(&mailbox, 1), Pushed::Accepted(_)));
        let sender = {
            let mailbox = Arc::clone(&mailbox);
            thread::spawn(move || match push(&mailbox, 2) {
                Pushed::Accepted(_) => Ok(()),
                Pushed::Waiting(ticket) => accepted(&mailbox, ticket),
                _ => panic!("it may wait"),
            })
        };
        assert_eq!(receiver.pop(), 1);
        // No other message is taken out, and the sender waits no longer.
        assert_eq!(sender.join().unwrap(), Ok(()));
        assert!(matches!(push(&mailbox, 3), Pushed::Waiting(_)));
        assert_eq!((receiver.pop(), receiver.pop()), (2, 3));
        assert_eq!(mailbox.len(), 0);
    });
}

#[test]
fn loom_a_mailbox_never_holds_more_than_it_can() {
    model(|| {
        let mailbox = mailbox(2);
        let mut receiver = Receiver::of(&mailbox);
        assert!(matches!(push(&mailbox, 1), Pushed::Accepted(_)));
        assert!(matches!(push(&mailbox, 2), Pushed::Accepted(_)));
        let sender = {
            let mailbox = Arc::clone(&mailbox);
            thread::spawn(move || [push(&mailbox, 3), push(&mailbox, 4)])
        };
        assert_eq!((receiver.pop(), receiver.pop()), (1, 2));
        let pushed = sender.join().unwrap();
        assert!(pushed.iter().all(|pushed| matches!(pushed, Pushed::Accepted(_) | Pushed::Waiting(_))));
        // Both have a place by now, and there is no other while none of them is begun.
        assert!(matches!(mailbox.push(5, std::convert::identity, Push::Now, true).0, Pushed::Full(5)));
        assert_eq!((receiver.pop(), receiver.pop()), (3, 4));
        assert_eq!(mailbox.len(), 0);
    });
}

#[test]
fn m05_a_message_is_withdrawn_or_taken_never_both() {
    model(|| {
        let mailbox = mailbox(1);
        assert!(matches!(push(&mailbox, 1), Pushed::Accepted(_)));
        let ticket = push_in_vain(&mailbox, 2);
        let receiver = {
            let mailbox = Arc::clone(&mailbox);
            thread::spawn(move || {
                let cx = Context::from_waker(Waker::noop());
                let taken = |_| usize::from(mailbox.poll_pop(&cx).is_ready());
                (0..2).map(taken).sum::<usize>()
            })
        };
        let withdrawn = usize::from(mailbox.withdraw(ticket).is_some());
        assert_eq!(receiver.join().unwrap() + withdrawn, 2);
    });
}

#[test]
fn m05_a_place_that_falls_free_goes_to_the_first_that_waits_and_is_not_lost() {
    model(|| {
        let mailbox = mailbox(1);
        assert!(matches!(push(&mailbox, 1), Pushed::Accepted(_)));
        let (second, third) = (push_in_vain(&mailbox, 2), push_in_vain(&mailbox, 3));
        let quitter = {
            let mailbox = Arc::clone(&mailbox);
            thread::spawn(move || mailbox.withdraw(second).is_some())
        };
        let receiver = {
            let mailbox = Arc::clone(&mailbox);
            thread::spawn(move || pop(&mailbox))
        };
        assert_eq!(receiver.join().unwrap(), 1);
        if !quitter.join().unwrap() {
            // It had its place by then, and keeps it.
            assert_eq!(pop(&mailbox), 2);
        }
        assert_eq!(accepted(&mailbox, third), Ok(()));
        // There is one place, and the third has it; then there is one again.
        let push_now = || mailbox.push(4, std::convert::identity, Push::Now, true).0;
        assert!(matches!(push_now(), Pushed::Full(4)));
        assert_eq!(pop(&mailbox), 3);
        assert!(matches!(push_now(), Pushed::Accepted(_)));
        assert_eq!((pop(&mailbox), mailbox.len()), (4, 0));
    });
}

#[test]
fn m04_a_message_is_accepted_and_kept_or_refused_when_the_mailbox_closes() {
    model(|| {
        let mailbox = mailbox(2);
        let sender = {
            let mailbox = Arc::clone(&mailbox);
            thread::spawn(move || matches!(push(&mailbox, 7), Pushed::Accepted(_)))
        };
        let left = mailbox.close();
        assert_eq!(sender.join().unwrap(), left.len() == 1);
    });
}

#[test]
fn loom_a_sender_that_waits_for_room_hears_of_the_end() {
    model(|| {
        let mailbox = mailbox(1);
        assert!(matches!(push(&mailbox, 1), Pushed::Accepted(_)));
        let ticket = push_in_vain(&mailbox, 2);
        let closer = {
            let mailbox = Arc::clone(&mailbox);
            thread::spawn(move || mailbox.close())
        };
        assert_eq!(accepted(&mailbox, ticket), Err(()));
        // Of what is left, one says that it was accepted.
        assert_eq!(closer.join().unwrap(), [(1, true), (2, false)]);
    });
}
