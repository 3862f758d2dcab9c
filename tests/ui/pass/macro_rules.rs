//! Servers out of a `macro_rules!`, which puts invisible parentheses round what it is given.

#![deny(warnings)]

use std::time::Duration;

use callcast::prelude::*;

macro_rules! counters {
    ($($vis:vis $name:ident: $value:ty = $first:expr, $handler:ident, $argument:ident, $limit:literal, $period:expr;)*) => {
        $(
            $vis struct $name($value);

            #[server(timeout = $limit, slow = $period)]
            impl $name {
                #[init]
                $vis fn new(first: $value) -> Result<Self, std::fmt::Error> {
                    Ok(Self(first + $first))
                }

                #[call(timeout = $limit)]
                $vis fn $handler(&mut self, $argument: $value, reply: Vec<$value>) -> $value {
                    self.0 += $argument + reply.into_iter().sum::<$value>();
                    self.0
                }

                #[every($period)]
                fn tick(&mut self) {}

                #[cast]
                fn reset(&mut self) -> Result<(), std::fmt::Error> {
                    self.0 = $first;
                    Ok(())
                }
            }
        )*
    };
}

counters! {
    pub Small: u8 = 1, add, n, "2s", Duration::from_secs(1);
    Large: u64 = 2, sum, reply_, "1m 30s", "5s";
}

macro_rules! agent {
    ($self_ty:ty, $init:ident, $body:block) => {
        #[agent]
        impl $self_ty {
            #[init]
            fn $init() -> Self $body

            #[call]
            fn get(&self) -> u8 {
                self.0
            }
        }
    };
}

struct One(u8);
struct Two(u8);

agent!(One, new, { Self(1) });
agent!(Two, create, { Self(2) });

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let small = Small::start(1).await?;
    assert_eq!(small.add(1, vec![2]).await?, 5);
    small.reset().await?;
    let large = Large::start(1).await?;
    assert_eq!(large.sum(1, vec![]).await?, 4);
    assert_eq!(One::start()?.get().await?, 1);
    assert_eq!(Two::start()?.get().await?, 2);
    Ok(())
}
