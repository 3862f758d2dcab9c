//! The same questions to each of the stores, and a short bench.

use std::num::NonZero;

use storage::Scratch;
use storage::which::Which;

use crate::cli::{Load, Question};
use crate::question::answer;
use crate::{Problem, bench};

/// Few calls: what is shown is that none of them fails.
const LOAD: Load = Load { calls: 10_000, callers: NonZero::new(8).unwrap(), swaps: 9 };

/// Shows what there is, in a directory that is gone at the end.
pub(crate) async fn run() -> Result<(), Problem> {
    let scratch = Scratch::new()?;
    let file = |name: &str| Which::File(scratch.path().join(name));
    let stores = [
        ("memory", Which::Memory),
        ("file:PATH", file("a")),
        ("cached:file:PATH", Which::Cached(Box::new(file("b")))),
    ];
    for (name, which) in &stores {
        converse(name, which).await?;
    }
    // What is in a file is still there when it is opened again.
    println!("\nstorage --store {} get greeting", stores[1].0);
    let kept = Question::Get { key: "greeting".to_owned() };
    crate::question::ask(&stores[1].1, kept).await?;
    println!("\nstorage bench --calls {} --callers {} --swaps {}", LOAD.calls, LOAD.callers, LOAD.swaps);
    bench::run(&Which::Memory, LOAD).await
}

/// Asks a store, and prints what it says.
async fn converse(name: &str, which: &Which) -> Result<(), Problem> {
    let opened = which.open().await?;
    let key = |key: &str| key.to_owned();
    let questions = [
        ("put greeting hello", Question::Put { key: key("greeting"), value: "hello".to_owned() }),
        ("put visits 1", Question::Put { key: key("visits"), value: "1".to_owned() }),
        ("get greeting", Question::Get { key: key("greeting") }),
        ("rm visits", Question::Remove { key: key("visits") }),
        ("ls", Question::List),
    ];
    println!("\nstorage --store {name} …");
    for (said, question) in questions {
        let answer = answer(&opened.store, question).await?;
        println!("{}", format!("  {said:<20} {}", String::from_utf8_lossy(&answer)).trim_end());
    }
    let counts = opened.audit.counts().await?;
    println!("  it has been asked for {} reads and {} writes", counts.reads, counts.writes);
    Ok(opened.close().await.map_err(|reason| reason.to_string())?)
}
