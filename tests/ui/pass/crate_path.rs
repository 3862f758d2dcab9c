//! `callcast` under another name: re-exported, and through a `macro_rules!` of the crate that does so.

#![deny(warnings)]

mod framework {
    pub use ::callcast as actors;

    macro_rules! counter {
        ($name:ident) => {
            struct $name(u8);

            #[$crate::framework::actors::agent(crate = $crate::framework::actors)]
            impl $name {
                #[init]
                fn new() -> Self {
                    Self(1)
                }

                #[call]
                fn get(&self) -> u8 {
                    self.0
                }
            }
        };
    }
    pub(crate) use counter;
}

use framework::actors::{ReplyTo, server};

struct Worker;

#[server(crate = crate::framework::actors)]
impl Worker {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn get(&mut self, reply: ReplyTo<u8>) {
        reply.send(2);
    }
}

framework::counter!(Counter);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    assert_eq!(Worker::start().await?.get().await?, 2);
    assert_eq!(Counter::start()?.get().await?, 1);
    Ok(())
}
