//! A server with a life of its own: it polls a feed, answers meanwhile, and goes when nobody asks any more.
//!
//! It has a timer (`#[every]`), a slow job that does not block it (`ctx.spawn`), replies that come later (`ReplyTo`),
//! an end when it is idle (`#[idle]`), and a clean one (`#[terminate]`). `cargo run -p poller` takes some three seconds;
//! the feed is made up, so it needs no network.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use callcast::prelude::*;
use tokio::time::{Instant, sleep};

/// A feed that is slow, and now and then not there.
async fn download(number: u32) -> Result<String, FeedError> {
    sleep(Duration::from_millis(250)).await;
    if number.is_multiple_of(3) { Err(FeedError { number }) } else { Ok(format!("headline {number}")) }
}

/// What the feed says when it is not there.
#[derive(Clone, Debug)]
struct FeedError {
    number: u32,
}

impl fmt::Display for FeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the feed did not answer poll {}", self.number)
    }
}

impl Error for FeedError {}

/// How often it asked, and how often that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Report {
    polls: u32,
    failed: u32,
}

struct Poller {
    report: Report,
    latest: Option<String>,
    /// Who waits for the next headline.
    waiting: Vec<ReplyTo<String>>,
    /// Who waits for the report, which there is at the end.
    readers: Vec<ReplyTo<Report>>,
}

#[server]
impl Poller {
    #[init]
    fn new() -> Self {
        Self {
            report: Report { polls: 0, failed: 0 },
            latest: None,
            waiting: Vec::new(),
            readers: Vec::new(),
        }
    }

    /// The last headline that came.
    #[call]
    fn latest(&self) -> Option<String> {
        self.latest.clone()
    }

    /// The next headline, when it comes.
    #[call]
    fn next(&mut self, reply: ReplyTo<String>) {
        self.waiting.push(reply);
    }

    /// What it has done, when it has done it all.
    #[call(timeout = "1m")]
    fn report(&mut self, reply: ReplyTo<Report>) {
        self.readers.push(reply);
    }

    /// Begins a download, and is done at once; `downloaded` gets what comes of it.
    #[every("400ms, now")]
    fn poll(&mut self, ctx: &mut Context<Self>) {
        self.report.polls += 1;
        ctx.spawn(download(self.report.polls), PollerInfo::downloaded);
    }

    #[info]
    fn downloaded(&mut self, headline: Result<String, FeedError>) {
        match headline {
            Ok(headline) => {
                for reply in self.waiting.drain(..) {
                    reply.send(headline.clone());
                }
                self.latest = Some(headline);
            }
            // `headline?` would end the server with this error; a poller can wait for the next tick.
            Err(error) => {
                self.report.failed += 1;
                println!("  (poller: {error})");
            }
        }
    }

    /// Nobody has called for a while; its own ticks do not count.
    #[idle("1200ms")]
    fn quiet(&mut self, ctx: &mut Context<Self>) {
        println!("  (poller: nobody asks any more, after {} polls)", self.report.polls);
        ctx.stop(ExitReason::Normal);
    }

    #[terminate]
    fn close(&mut self, reason: &ExitReason) {
        println!("  (poller: {reason})");
        for reply in self.readers.drain(..) {
            reply.send(self.report);
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let begin = Instant::now();
    let say = |text: String| println!("{:4} ms: {text}", begin.elapsed().as_millis());

    let poller = Poller::start().await?;
    say(format!("the latest is {:?}, though the first download runs", poller.latest().await?));
    say(format!("the next is {:?}", poller.next().await?));
    say(format!("the latest is {:?}", poller.latest().await?));
    say(format!("the next is {:?}", poller.next().await?));
    say(format!("the next is {:?}", poller.next().await?));

    let Report { polls, failed } = poller.report().await?;
    say(format!("it polled {polls} times, of which {failed} failed"));
    say(format!("{}", poller.latest().await.expect_err("it has ended")));
    Ok(())
}

#[cfg(test)]
#[tokio::test(start_paused = true)]
async fn it_answers_while_it_downloads_and_ends_when_nobody_asks() -> Result<(), Box<dyn Error>> {
    let poller = Poller::start().await?;
    assert_eq!(poller.latest().await?, None);
    assert_eq!(poller.next().await?, "headline 1");
    let report = poller.report().await?;
    assert!(report.polls > 1);
    assert_eq!(poller.latest().await, Err(CallError::NoProc));
    Ok(())
}
