//! The registers, and all that their clients have in common.

use std::hint;
use std::ops::Deref;
use std::pin::Pin;
use std::thread;

use callcast::prelude::*;
use callcast::{Call, Cast, Client, Protocol};

use crate::checker::{Op, step};

pub(crate) type Reading<'a> = Pin<Box<dyn Future<Output = Result<u64, CallError>> + Send + 'a>>;

/// A register behind messages.
pub(crate) trait Register: Clone + Send + Sync + Deref<Target = Client> + 'static {
    type Messages: Protocol;

    fn get(&self, work: u32) -> Call<'_, Self::Messages, (u32,), u64>;
    fn read(&self) -> Reading<'_>;
    fn change(&self, op: Op, work: u32) -> Call<'_, Self::Messages, (Op, u32), u64>;
    fn change_slowly(&self, op: Op, work: u32) -> Call<'_, Self::Messages, (Op, u32), u64>;
    fn cast(&self, op: Op, work: u32) -> Cast<'_, Self::Messages, (Op, u32)>;
}

/// Takes its time, and at times lets other threads come in between.
pub(crate) fn work(amount: u32) {
    for _ in 0..amount {
        hint::spin_loop();
    }
    if amount % 4 == 1 {
        thread::yield_now();
    }
}

/// A generated client is a register's if it has these methods.
macro_rules! impl_register {
    ($client:ident, $messages:ident, $read:expr) => {
        impl $crate::registers::Register for $client {
            type Messages = $messages;

            fn get(&self, work: u32) -> Call<'_, $messages, (u32,), u64> {
                Self::get(self, work)
            }

            fn read(&self) -> $crate::registers::Reading<'_> {
                let read: fn(&Self) -> $crate::registers::Reading<'_> = $read;
                read(self)
            }

            fn change(&self, op: Op, work: u32) -> Call<'_, $messages, (Op, u32), u64> {
                Self::change(self, op, work)
            }

            fn change_slowly(&self, op: Op, work: u32) -> Call<'_, $messages, (Op, u32), u64> {
                Self::change_slowly(self, op, work)
            }

            fn cast(&self, op: Op, work: u32) -> Cast<'_, $messages, (Op, u32)> {
                self.put(op, work)
            }
        }
    };
}
pub(crate) use impl_register;

macro_rules! register {
    ($name:ident, $client:ident, $kind:ident($($option:tt)*), $read:expr, { $($slowly:tt)* }) => {
        pub(crate) struct $name {
            value: u64,
        }

        #[$kind($($option)*)]
        impl $name {
            #[init]
            pub(crate) fn new() -> Self {
                Self { value: 0 }
            }

            #[call]
            fn get(&self, amount: u32) -> u64 {
                work(amount);
                self.value
            }

            #[call]
            fn change(&mut self, op: Op, amount: u32) -> u64 {
                let (value, reply) = step(self.value, op);
                work(amount);
                self.value = value;
                reply
            }

            #[call]
            $($slowly)*

            #[cast]
            fn put(&mut self, op: Op, amount: u32) {
                self.change(op, amount);
            }
        }

        impl_register!($client, $name, $read);
    };
}

macro_rules! agent_register {
    ($name:ident, $client:ident, $($option:tt)*) => {
        register!($name, $client, agent(timeout = "60s", $($option)*), |client| Box::pin(client.with(|register| register.value)), {
            fn change_slowly(&mut self, op: Op, amount: u32) -> u64 {
                self.change(op, 2 * amount)
            }
        });
    };
}

macro_rules! server_register {
    ($name:ident, $client:ident, $($option:tt)*) => {
        register!($name, $client, server(timeout = "60s", $($option)*), |client| Box::pin(client.get(0)), {
            async fn change_slowly(&mut self, op: Op, amount: u32) -> u64 {
                let (value, reply) = step(self.value, op);
                for _ in 0..amount % 4 {
                    tokio::task::yield_now().await;
                }
                self.value = value;
                reply
            }
        });
    };
}

agent_register!(Cell, CellClient, mailbox = 1_024);
agent_register!(NarrowCell, NarrowCellClient, mailbox = 2);
server_register!(Server, ServerClient, mailbox = 1_024);
server_register!(InlineServer, InlineServerClient, inline = true);
server_register!(NarrowServer, NarrowServerClient, inline = true, mailbox = 2);
