//! Nothing is found by its short name, and the usual crates' names mean something else.

#![no_implicit_prelude]
#![deny(warnings)]
#![allow(dead_code, reason = "the modules below only stand in the way")]

mod core {}
mod std {}
mod alloc {}
mod option {}
mod result {}

/// Of two methods that could be meant, one that takes `self` by value goes first, be it a trait's.
trait Everywhere: ::core::marker::Sized {
    fn call(self) {}
    fn cast(self) {}
    fn core(self) {}
    fn state(self) {}
    fn send(self) {}
    fn start(self) {}
    fn every(self) {}
    fn every_now(self) {}
    fn into_stream(self) {}
    fn run(self) {}
    fn awaits(self) {}
    fn mutates(self) {}
    fn timeout(self) {}
    fn always(self) {}
    fn clone(self) {}
    fn fmt(self) {}
    fn name(self) {}
    fn write_str(self) {}
    fn into_result(self) {}
    fn format_status(self) {}
    fn shown(self) {}
    fn format(self) {}
    fn to_string(self) {}
}
impl<T> Everywhere for T {}

struct Counter {
    value: i64,
}

#[::callcast::agent(derive(Debug), timeout = "2s")]
impl Counter {
    #[init]
    fn new(value: i64) -> Self {
        Self { value }
    }

    #[call(timeout = "1s", always)]
    fn add(&mut self, #[into] n: i64) -> i64 {
        self.value += n;
        self.value
    }

    #[cast]
    fn reset(&mut self) -> ::core::result::Result<(), ::core::fmt::Error> {
        self.value = 0;
        ::core::result::Result::Ok(())
    }

    #[format_status]
    fn shown(&self) -> i64 {
        self.value
    }
}

struct Worker;

#[::callcast::server(mailbox = 8, overflow = "reject", slow = "1s", inline = false, stop_when_unused)]
impl Worker {
    #[init]
    async fn new() -> ::core::result::Result<::core::option::Option<Self>, ::core::fmt::Error> {
        ::core::result::Result::Ok(::core::option::Option::Some(Self))
    }

    #[after_init]
    async fn warm_up(&mut self) {}

    #[call]
    async fn get(&self, _ctx: &mut ::callcast::Context<Self>) -> i64 {
        1
    }

    #[call]
    fn later(&mut self, reply: ::callcast::ReplyTo<i64>) {
        reply.send(2);
    }

    #[call]
    fn many(&mut self, _out: ::callcast::ReplyStream<i64>) {}

    #[cast]
    async fn refresh(&mut self) {}

    #[every("30s, now")]
    fn tick(&mut self) {}

    #[idle("5m")]
    fn quiet(&mut self) {}

    #[info]
    fn computed(&mut self, _sum: u64) {}

    #[down]
    fn lost(&mut self, _down: ::callcast::Down) {}

    #[exit]
    fn linked_ended(&mut self, _exit: ::callcast::Exit) {}

    #[terminate]
    async fn close(&mut self, _reason: &::callcast::ExitReason) {}

    #[format_status]
    fn shown(&self) -> &'static str {
        "a worker"
    }
}

struct Inline;

#[::callcast::server(inline = true)]
impl Inline {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    async fn get(&mut self, n: i64) -> i64 {
        n
    }
}

fn main() {
    let counter = Counter::start(1).unwrap();
    ::core::assert_eq!(counter.add(1).wait().unwrap(), 2);
    counter.reset().wait().unwrap();
    let _ = Worker::spec();
    let _ = Inline::spec();
    let _ = WorkerInfo::computed(1);
}
