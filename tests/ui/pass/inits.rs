//! What `#[init]` may return.

#![deny(warnings)]

use callcast::prelude::*;

type Made<S> = Result<S, std::fmt::Error>;

macro_rules! inits {
    ($($kind:ident $name:ident: $returned:ty = $value:expr;)*) => {
        $(
            struct $name;

            #[$kind]
            impl $name {
                #[init]
                const fn new() -> $returned {
                    $value
                }

                #[call]
                fn get(&self) -> u8 {
                    1
                }
            }
        )*
    };
}

inits! {
    agent Plain: Self = Self;
    agent Named: Named = Self;
    agent Fallible: Result<Self, std::fmt::Error> = Ok(Self);
    agent Optional: Result<Option<Self>, std::fmt::Error> = Ok(None);
    agent Alias: Made<Self> = Ok(Self);
    agent OptionalAlias: Made<Option<Self>> = Ok(Some(Self));
    server PlainServer: Self = Self;
    server FallibleServer: Result<Self, std::fmt::Error> = Ok(Self);
    server OptionalServer: Result<Option<Self>, std::fmt::Error> = Ok(Some(Self));
    server AliasServer: Made<Self> = Ok(Self);
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let _: PlainClient = Plain::start()?;
    let _: NamedClient = Named::start()?;
    let _: FallibleClient = Fallible::start()?;
    let none: Option<OptionalClient> = Optional::start()?;
    assert!(none.is_none());
    let _: AliasClient = Alias::start()?;
    let _: Option<OptionalAliasClient> = OptionalAlias::start()?;
    let client: PlainServerClient = PlainServer::start().await?;
    assert_eq!(client.get().await?, 1);
    let _: FallibleServerClient = FallibleServer::start().await?;
    let _: Option<OptionalServerClient> = OptionalServer::start().await?;
    let _: AliasServerClient = AliasServer::start().await?;
    Ok(())
}
