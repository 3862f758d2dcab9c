//! The crates whose builds are timed.

use std::fmt::Write as _;

pub(crate) const MANIFEST: &str = "\
[package]
name = \"generated\"
version = \"0.0.0\"
edition = \"2024\"

[workspace]

[dependencies]
";

pub(crate) const TOKIO: &str = "\
tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\", \"sync\", \"time\"] }
";

pub(crate) const CALLCAST: &str = "\
callcast = { path = \"RUNTIME\" }
tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\", \"sync\", \"time\"] }
";

pub(crate) const MACROS: &str = "\
callcast-macros = { path = \"MACROS\" }
";

/// With the features that the macros use.
pub(crate) const SYN: &str = "\
proc-macro2 = \"1\"
quote = \"1\"
syn = { version = \"3\", default-features = false, features = [\"clone-impls\", \"full\", \"parsing\", \"printing\", \"proc-macro\", \"visit-mut\"] }
";

const KAMEO: &str = "\
kameo = \"0.22\"
tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\", \"sync\", \"time\"] }
";

const RACTOR: &str = "\
ractor = \"0.16\"
tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\", \"sync\", \"time\"] }
";

/// An agent and a server, and somebody who uses them.
pub(crate) const COUNTER_OF_CALLCAST: &str = r#"
use callcast::prelude::*;

struct Counter { sum: u64 }

#[agent]
impl Counter {
    #[init] fn new() -> Self { Self { sum: 0 } }
    #[call] fn add(&mut self, n: u64) -> u64 { self.sum += n; self.sum }
    #[cast] fn reset(&mut self) { self.sum = 0 }
}

struct Doubler { counter: CounterClient }

#[server]
impl Doubler {
    #[init] fn new(counter: CounterClient) -> Self { Self { counter } }
    #[call] async fn add(&mut self, n: u64) -> Result<u64, CallError> { self.counter.add(2 * n).await }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let counter = Counter::start()?;
    let doubler = Doubler::start(counter.clone()).await?;
    println!("{}", doubler.add(1).await?);
    counter.reset().await?;
    doubler.stop().await?;
    Ok(())
}
"#;

/// The same by hand: a mutex, and a task with a channel.
pub(crate) const COUNTER_BY_HAND: &str = r#"
use std::sync::{Arc, Mutex};
use tokio::sync::{mpsc, oneshot};

#[derive(Clone, Default)]
struct Counter { sum: Arc<Mutex<u64>> }

impl Counter {
    fn add(&self, n: u64) -> u64 { let mut sum = self.sum.lock().unwrap(); *sum += n; *sum }
    fn reset(&self) { *self.sum.lock().unwrap() = 0 }
}

enum Message { Add { n: u64, reply: oneshot::Sender<u64> } }

#[derive(Clone)]
struct Doubler { messages: mpsc::Sender<Message> }

impl Doubler {
    fn start(counter: Counter) -> Self {
        let (messages, mut inbox) = mpsc::channel(64);
        tokio::spawn(async move {
            while let Some(Message::Add { n, reply }) = inbox.recv().await {
                _ = reply.send(counter.add(2 * n));
            }
        });
        Self { messages }
    }

    async fn add(&self, n: u64) -> Option<u64> {
        let (reply, answer) = oneshot::channel();
        self.messages.send(Message::Add { n, reply }).await.ok()?;
        answer.await.ok()
    }
}

#[tokio::main]
async fn main() {
    let counter = Counter::default();
    let doubler = Doubler::start(counter.clone());
    println!("{:?}", doubler.add(1).await);
    counter.reset();
}
"#;

/// A library of which a crate with many handlers can be generated.
pub(crate) struct Library {
    /// What it is called in the report.
    pub(crate) name: &'static str,
    /// What stands below `[dependencies]`.
    pub(crate) dependencies: &'static str,
    /// The source with so many handlers, each of which is called once.
    pub(crate) main: fn(usize) -> String,
}

pub(crate) const LIBRARIES: [Library; 4] = [
    Library { name: "callcast server", dependencies: CALLCAST, main: server },
    Library { name: "callcast agent", dependencies: CALLCAST, main: agent },
    Library { name: "kameo", dependencies: KAMEO, main: kameo },
    Library { name: "ractor", dependencies: RACTOR, main: ractor },
];

fn server(handlers: usize) -> String {
    format!(
        "use callcast::prelude::*;
struct Counter {{ sum: u64 }}
#[server]
impl Counter {{
    #[init] fn new() -> Self {{ Self {{ sum: 0 }} }}
{}}}
{}",
        each(handlers, |i| format!(
            "    #[call] fn add{i}(&mut self, n: u64) -> u64 {{ self.sum += n; self.sum }}\n"
        )),
        user(handlers, "Counter::start().await.unwrap()", "CounterClient", |i| format!(
            "counter.add{i}(1).await.unwrap()"
        )),
    )
}

fn agent(handlers: usize) -> String {
    server(handlers).replace("#[server]", "#[agent]").replace("start().await", "start()")
}

fn kameo(handlers: usize) -> String {
    format!(
        "use kameo::{{Actor, actor::{{ActorRef, Spawn}}, message::{{Context, Message}}}};
#[derive(Actor)]
struct Counter {{ sum: u64 }}
{}{}",
        each(handlers, |i| {
            format!(
            "struct Add{i}(u64);
impl Message<Add{i}> for Counter {{
    type Reply = u64;
    async fn handle(&mut self, Add{i}(n): Add{i}, _ctx: &mut Context<Self, u64>) -> u64 {{ self.sum += n; self.sum }}
}}
"
        )
        }),
        user(handlers, "Counter::spawn(Counter { sum: 0 })", "ActorRef<Counter>", |i| format!(
            "counter.ask(Add{i}(1)).await.unwrap()"
        )),
    )
}

fn ractor(handlers: usize) -> String {
    format!(
        "use ractor::{{Actor, ActorProcessingErr, ActorRef, RpcReplyPort, call}};
struct Counter;
enum Message {{
{}}}
impl Actor for Counter {{
    type Msg = Message;
    type State = u64;
    type Arguments = ();
    async fn pre_start(&self, _this: ActorRef<Message>, _args: ()) -> Result<u64, ActorProcessingErr> {{ Ok(0) }}
    async fn handle(&self, _this: ActorRef<Message>, message: Message, sum: &mut u64) -> Result<(), ActorProcessingErr> {{
        match message {{
{}        }}
        Ok(())
    }}
}}
{}",
        each(handlers, |i| format!("    Add{i}(u64, RpcReplyPort<u64>),\n")),
        each(handlers, |i| format!(
            "            Message::Add{i}(n, reply) => {{ *sum += n; reply.send(*sum)?; }}\n"
        )),
        user(handlers, "Actor::spawn(None, Counter, ()).await.unwrap().0", "ActorRef<Message>", |i| format!(
            "call!(counter, Message::Add{i}, 1).unwrap()"
        )),
    )
}

/// A `main` that makes each call, ten to a function: one function with all of them would itself be slow to build.
fn user(handlers: usize, start: &str, client: &str, call: impl Fn(usize) -> String) -> String {
    const CALLS: usize = 10;
    let functions = handlers.div_ceil(CALLS);
    let function = |of: usize| {
        let calls = (of * CALLS..handlers.min((of + 1) * CALLS)).map(&call).collect::<Vec<_>>().join(" + ");
        format!("async fn use{of}(counter: &{client}) -> u64 {{ {calls} }}\n")
    };
    format!(
        "{}#[tokio::main]
async fn main() {{
    let counter = {start};
{}}}
",
        each(functions, function),
        each(functions, |of| format!("    println!(\"{{}}\", use{of}(&counter).await);\n")),
    )
}

fn each(count: usize, print: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, i| {
        write!(text, "{}", print(i)).expect("a string takes everything");
        text
    })
}
