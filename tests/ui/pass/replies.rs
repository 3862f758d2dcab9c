//! What handlers give back, and what clients get.

#![deny(warnings)]

use std::io;
use std::num::ParseIntError;

use callcast::CallError;
use callcast::prelude::*;

type Parsed = Result<i64, ParseIntError>;

struct Parser;

#[server]
impl Parser {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn std(&self, text: String) -> Result<i64, ParseIntError> {
        text.parse()
    }

    #[call]
    async fn io(&self) -> io::Result<i64> {
        Err(io::ErrorKind::NotFound.into())
    }

    #[call(fallible)]
    fn alias(&self, text: String) -> Parsed {
        text.parse()
    }

    #[call(plain)]
    fn plain(&self, text: String) -> Result<i64, ParseIntError> {
        text.parse()
    }

    #[call]
    fn unnamed_alias(&self, text: String) -> Parsed {
        text.parse()
    }

    #[call]
    fn later(&mut self, text: String, reply: ReplyTo<Result<i64, ParseIntError>>) {
        reply.send(text.parse());
    }

    #[call]
    fn nothing(&mut self, reply: ReplyTo<()>) -> () {
        reply.send(());
    }

    #[cast]
    fn io_cast(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let parser = Parser::start().await?;
    let value: i64 = parser.std("1".into()).await?;
    assert_eq!(value, 1);
    let error: CallError<ParseIntError> = parser.std("a".into()).await.unwrap_err();
    assert!(matches!(error, CallError::Handler(_)));
    let error: CallError<io::Error> = parser.io().await.unwrap_err();
    assert!(matches!(error, CallError::Handler(_)));
    let value: i64 = parser.alias("2".into()).await?;
    assert_eq!(value, 2);
    let reply: Parsed = parser.plain("3".into()).await?;
    assert_eq!(reply, Ok(3));
    let reply: Parsed = parser.unnamed_alias("4".into()).await?;
    assert_eq!(reply, Ok(4));
    let value: i64 = parser.later("5".into()).await?;
    assert_eq!(value, 5);
    let () = parser.nothing().await?;
    parser.io_cast().await?;
    Ok(())
}
