//! What one sender sends is handled in that order, once each: calls, casts and sends mixed at random, by many senders
//! at the same time, whichever way a message takes and however small the mailbox is.

use std::hint;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use callcast::prelude::*;
use callcast::{Call, Cast, GenServer, SendError};
use futures_util::future::join;
use tokio::runtime::{Handle, Runtime};
use tokio::sync::oneshot;

use crate::support::{block_on, current_thread, multi_thread, on_thread, within};

/// Four tasks of the server's own runtime, two plain threads, and a runtime of another's.
const SENDERS: u32 = 7;
const EACH: u32 = 200;

/// A message: who sent it, and how many that one had sent before.
type Message = (u32, u32);

/// Takes its time, and at times lets other threads come in between.
fn work(amount: u32) {
    for _ in 0..amount {
        hint::spin_loop();
    }
    if amount % 4 == 1 {
        thread::yield_now();
    }
}

/// Something that notes the messages that it handles.
trait Desk: Clone + Send + Sync + 'static {
    type Server: GenServer;

    fn take(&self, message: Message) -> Call<'_, Self::Server, (Message,), Message>;
    fn take_slowly(&self, message: Message) -> Call<'_, Self::Server, (Message,), Message>;
    fn note(&self, message: Message) -> Cast<'_, Self::Server, (Message,)>;
    fn handled(&self) -> Call<'_, Self::Server, (), Vec<Message>>;
}

macro_rules! desk {
    ($name:ident, $client:ident, $kind:ident($($option:tt)*), { $($slowly:tt)* }) => {
        struct $name {
            handled: Vec<Message>,
        }

        #[$kind($($option)*)]
        impl $name {
            #[init]
            fn new() -> Self {
                Self { handled: Vec::new() }
            }

            #[call]
            fn take(&mut self, message: Message) -> Message {
                work(message.1 % 64);
                self.handled.push(message);
                message
            }

            #[call]
            $($slowly)*

            #[cast]
            fn note(&mut self, message: Message) {
                self.take(message);
            }

            #[call]
            fn handled(&self) -> Vec<Message> {
                self.handled.clone()
            }
        }

        impl Desk for $client {
            type Server = $name;

            fn take(&self, message: Message) -> Call<'_, $name, (Message,), Message> {
                Self::take(self, message)
            }

            fn take_slowly(&self, message: Message) -> Call<'_, $name, (Message,), Message> {
                Self::take_slowly(self, message)
            }

            fn note(&self, message: Message) -> Cast<'_, $name, (Message,)> {
                Self::note(self, message)
            }

            fn handled(&self) -> Call<'_, $name, (), Vec<Message>> {
                Self::handled(self)
            }
        }
    };
}

macro_rules! agent_desk {
    ($name:ident, $client:ident, $($option:tt)*) => {
        desk!($name, $client, agent($($option)*), {
            fn take_slowly(&mut self, message: Message) -> Message {
                thread::yield_now();
                self.take(message)
            }
        });
    };
}

macro_rules! server_desk {
    ($name:ident, $client:ident, $($option:tt)*) => {
        desk!($name, $client, server($($option)*), {
            async fn take_slowly(&mut self, message: Message) -> Message {
                tokio::task::yield_now().await;
                self.take(message)
            }
        });
    };
}

agent_desk!(Agent1, Agent1Client, mailbox = 1);
agent_desk!(Agent2, Agent2Client, mailbox = 2);
agent_desk!(Agent64, Agent64Client, mailbox = 64);
server_desk!(Server1, Server1Client, mailbox = 1);
server_desk!(Server2, Server2Client, mailbox = 2);
server_desk!(Server64, Server64Client, mailbox = 64);
server_desk!(Inline1, Inline1Client, inline = true, mailbox = 1);
server_desk!(Inline2, Inline2Client, inline = true, mailbox = 2);
server_desk!(Inline64, Inline64Client, inline = true, mailbox = 64);

/// Xorshift, so that a seed says it all.
struct Random(u64);

impl Random {
    const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    const fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Awaits on a plain thread, with no runtime to be seen.
fn block_here<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        thread::park();
    }
}

/// What was sent, or none where there was no room for it: then it is sent again, in a way that waits.
fn sent<T, M>(sent: Result<T, SendError<M>>) -> Option<T> {
    match sent {
        Ok(sent) => Some(sent),
        Err(SendError::Full(_)) => None,
        Err(error) => panic!("{error}"),
    }
}

/// Sends its messages, one after the other, each in another way.
async fn send_all<D: Desk>(desk: D, sender: u32) {
    let mut random = Random::new(u64::from(sender) + 1);
    let mut pending = Vec::new();
    let may_block = Handle::try_current().is_err();
    let mut n = 0;
    while n < EACH {
        let message = (sender, n);
        n += 1;
        match random.below(10) {
            0 => assert_eq!(desk.take_slowly(message).await, Ok(message)),
            1 => desk.note(message).await.unwrap(),
            2 => match sent(desk.note(message).send()) {
                Some(()) => {}
                None => desk.note(message).await.unwrap(),
            },
            3 | 4 => match sent(desk.take(message).send()) {
                Some(call) => pending.push((message, call)),
                None => assert_eq!(desk.take(message).await, Ok(message)),
            },
            5 => match sent(desk.take_slowly(message).send()) {
                Some(call) => call.detach(),
                None => desk.note(message).await.unwrap(),
            },
            6 if n < EACH => {
                let next = (sender, n);
                n += 1;
                let (first, second) = join(desk.take_slowly(message), desk.note(next)).await;
                assert_eq!((first, second), (Ok(message), Ok(())));
            }
            7 if may_block => assert_eq!(desk.take(message).wait(), Ok(message)),
            8 if may_block => desk.note(message).wait().unwrap(),
            _ => assert_eq!(desk.take(message).await, Ok(message)),
        }
    }
    for (message, pending) in pending {
        assert_eq!(pending.await, Ok(message));
    }
}

/// What all senders have sent, as it was handled.
async fn mingle<D: Desk>(desk: D) -> Vec<Message> {
    let mut senders = Vec::new();
    for sender in 0..SENDERS {
        let sending = send_all(desk.clone(), sender);
        senders.push(if sender < 4 {
            tokio::spawn(sending)
        } else {
            let (done, is_done) = oneshot::channel();
            thread::spawn(move || {
                if sender < 6 {
                    block_here(sending);
                } else {
                    block_on(sending);
                }
                done.send(()).unwrap();
            });
            tokio::spawn(async { is_done.await.unwrap() })
        });
    }
    for sender in senders {
        within(sender).await.unwrap();
    }
    // What was accepted and nobody waits for stands before this.
    within(desk.handled()).await.unwrap()
}

/// What is wrong with what was handled.
fn fault(handled: &[Message], senders: u32, each: u32) -> Option<String> {
    if handled.len() != (senders * each) as usize {
        return Some(format!("{} messages instead of {}", handled.len(), senders * each));
    }
    (0..senders).find_map(|sender| {
        let own: Vec<_> =
            handled.iter().filter(|message| message.0 == sender).map(|message| message.1).collect();
        let at = own.iter().zip(0..).position(|(n, expected)| *n != expected);
        at.map(|at| format!("sender {sender}, from its message {at} on: {:?}", &own[at..]))
    })
}

#[test]
fn the_check_sees_what_is_lost_doubled_or_out_of_order() {
    let in_order = [(0, 0), (1, 0), (1, 1), (0, 1)];
    assert_eq!(fault(&in_order, 2, 2), None);
    for (one, other) in [(0, 3), (1, 2)] {
        let mut swapped = in_order;
        swapped.swap(one, other);
        assert!(fault(&swapped, 2, 2).is_some());
    }
    assert!(fault(&in_order[..3], 2, 2).is_some(), "lost");
    assert!(fault(&[(0, 0), (1, 0), (1, 1), (1, 1)], 2, 2).is_some(), "doubled in its place");
    assert!(fault(&[(0, 0), (1, 0), (1, 1), (0, 1), (0, 1)], 2, 2).is_some(), "doubled");
}

fn check<D: Desk>(runtime: Runtime, start: impl AsyncFnOnce() -> D + Send + 'static) {
    let handled = on_thread(move || runtime.block_on(async move { mingle(start().await).await }));
    if let Some(fault) = fault(&handled, SENDERS, EACH) {
        panic!("{fault}");
    }
}

#[test]
fn p44_order_of_each_sender_to_an_agent() {
    for runtime in [current_thread, multi_thread] {
        check(runtime(), async || Agent1::start().unwrap());
        check(runtime(), async || Agent2::start().unwrap());
        check(runtime(), async || Agent64::start().unwrap());
    }
}

#[test]
fn p44_order_of_each_sender_to_a_server() {
    for runtime in [current_thread, multi_thread] {
        check(runtime(), async || Server1::start().await.unwrap());
        check(runtime(), async || Server2::start().await.unwrap());
        check(runtime(), async || Server64::start().await.unwrap());
    }
}

#[test]
fn p44_order_of_each_sender_to_an_inline_server() {
    for runtime in [current_thread, multi_thread] {
        check(runtime(), async || Inline1::start().await.unwrap());
        check(runtime(), async || Inline2::start().await.unwrap());
        check(runtime(), async || Inline64::start().await.unwrap());
    }
}
