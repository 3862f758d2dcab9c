//! Two servers with the same handlers in one module; a block for a type of another module; a server in a function.

#![deny(warnings)]

use callcast::prelude::*;

struct First;

#[agent]
impl First {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn get(&self, key: u8) -> u8 {
        key
    }

    #[cast]
    fn reset(&mut self) {}
}

struct Second;

#[server]
impl Second {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn get(&self, key: u8) -> u8 {
        key + 1
    }

    #[cast]
    fn reset(&mut self) {}
}

mod elsewhere {
    pub(crate) struct Third(pub(crate) u8);
}

#[agent]
impl elsewhere::Third {
    #[init]
    fn new() -> Self {
        Self(3)
    }

    #[call]
    fn get(&self, other: Box<Self>) -> u8 {
        self.0 + other.0
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let first: FirstClient = First::start()?;
    assert_eq!(first.get(1).await?, 1);
    first.reset().await?;
    let second: SecondClient = Second::start().await?;
    assert_eq!(second.get(1).await?, 2);
    second.reset().await?;
    let third: ThirdClient = elsewhere::Third::start()?;
    assert_eq!(third.get(Box::new(elsewhere::Third(1))).await?, 4);

    struct Local;

    #[agent]
    impl Local {
        #[init]
        fn new() -> Self {
            Self
        }

        #[call]
        fn get(&self) -> u8 {
            5
        }
    }
    assert_eq!(Local::start()?.get().await?, 5);
    Ok(())
}
