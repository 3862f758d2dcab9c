//! Names of a user's that generated code might take for others: all paths in it are absolute.

/// Everything that is usually in scope, and means something else here.
#[allow(dead_code, non_camel_case_types, unused_macros, reason = "these only stand in the way")]
mod theirs {
    pub(super) struct Result;
    pub(super) struct Option;
    pub(super) struct Some;
    pub(super) struct None;
    pub(super) struct Ok;
    pub(super) struct Err;
    pub(super) struct Vec;
    pub(super) struct Box;
    pub(super) struct String;
    pub(super) struct Arc;
    pub(super) struct Future;
    pub(super) struct Context;
    pub(super) struct Call;
    pub(super) struct Cast;
    pub(super) struct Client;
    pub(super) trait Send {}
    pub(super) trait Sync {}
    pub(super) trait Clone {}
    pub(super) trait Into {}
    pub(super) trait From {}
    pub(super) trait Default {}
    pub(super) trait Drop {}
    pub(super) mod std {}
    pub(super) mod core {}
    pub(super) mod tokio {}
    pub(super) mod alloc {}
    /// Each type has these, by value, and so before any of ours.
    pub(super) trait Everything: ::core::marker::Sized {
        fn call(self) {}
        fn cast(self) {}
        fn send(self) {}
        fn wait(self) {}
        fn start(self) {}
        fn client(self) {}
        fn clone(self) {}
        fn into(self) {}
        fn poll(self) {}
        fn deref(self) {}
        fn dispatch(self) {}
    }
    impl<T> Everything for T {}
    macro_rules! vec {
        () => {
            compile_error!("not this one")
        };
    }
    macro_rules! panic {
        () => {
            compile_error!("not this one")
        };
    }
}

mod servers {
    #[allow(unused_imports, reason = "as above")]
    use super::theirs::{
        Arc, Box, Call, Cast, Client, Clone, Context, Default, Drop, Err, Everything as _, From, Future,
        Into, None, Ok, Option, Result, Send, Some, String, Sync, Vec, alloc, core, std, tokio,
    };

    pub(super) struct Counter {
        value: i64,
    }

    #[::callcast::agent(derive(Debug))]
    impl Counter {
        #[init]
        pub(super) fn new(value: i64) -> Self {
            Self { value }
        }

        #[call]
        pub(super) fn add(&mut self, #[into] n: i64) -> i64 {
            self.value += n;
            self.value
        }

        #[call]
        pub(super) fn half(&self) -> ::std::result::Result<i64, ::std::string::String> {
            if self.value % 2 == 0 {
                ::std::result::Result::Ok(self.value / 2)
            } else {
                ::std::result::Result::Err("odd".to_owned())
            }
        }

        #[cast]
        pub(super) fn reset(&mut self) {
            self.value = 0;
        }
    }

    pub(super) struct Worker {
        sum: u32,
    }

    #[::callcast::server(derive(Debug), inline = true)]
    impl Worker {
        #[init]
        pub(super) async fn new() -> ::std::result::Result<::std::option::Option<Self>, ::std::string::String>
        {
            ::std::result::Result::Ok(::std::option::Option::Some(Self { sum: 0 }))
        }

        #[after_init]
        async fn warm_up(&mut self) {
            self.sum += 1;
        }

        #[call]
        pub(super) async fn sum(&mut self) -> u32 {
            self.sum
        }

        #[call]
        pub(super) fn later(&mut self, reply: ::callcast::ReplyTo<u32>, ctx: &mut ::callcast::Context<Self>) {
            ctx.next(WorkerInfo::added(5));
            reply.send(self.sum);
        }

        #[info]
        fn added(&mut self, n: u32) {
            self.sum += n;
        }

        #[every("1h")]
        fn tick(&mut self) {}

        #[terminate]
        fn close(&mut self, _reason: &::callcast::ExitReason) {}
    }
}

#[tokio::test(start_paused = true)]
async fn q07_a_users_names_change_nothing_in_what_is_generated() {
    use callcast::prelude::*;
    let counter = servers::Counter::start(5).unwrap();
    assert_eq!(
        (counter.add(2).await, counter.half().await),
        (Ok(7), Err(CallError::Handler("odd".to_owned())))
    );
    counter.reset().await.unwrap();
    assert_eq!(counter.half().await, Ok(0));
    let worker = servers::Worker::start().await.unwrap().unwrap();
    assert_eq!((worker.sum().await, worker.later().await, worker.sum().await), (Ok(1), Ok(1), Ok(6)));
    assert_eq!(worker.stop().await, Ok(ExitReason::Normal));
}
