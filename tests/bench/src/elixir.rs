//! The same counter in Elixir, on the machine of Erlang: a child process that does as it is told.

use std::cell::RefCell;
use std::collections::HashMap;
use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;

use crate::contenders::{Contender, Offer, Skip};
use crate::flavour::Flavour;
use crate::meter::Sample;
use crate::scenario::Scenario;

const SCRIPT: &str = include_str!("counter.exs");

pub(crate) const NAME: &str = "elixir";

/// A contender that is no Rust: it has two schedulers where the others have two workers, and one where they have one.
#[derive(Default)]
pub(crate) struct Elixir {
    /// The children that have been started: one for each runtime.
    machines: Rc<RefCell<HashMap<Flavour, Machine>>>,
}

pub(crate) fn is_installed() -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(NAME).is_file())
}

impl Elixir {
    #[expect(clippy::unnecessary_wraps, reason = "it is what each of the contender's methods returns")]
    fn batch(&self, scenario: Scenario, n: u64) -> Offer {
        let machines = Rc::clone(&self.machines);
        Ok(Box::new(move |flavour| {
            let mut machines = machines.borrow_mut();
            let cost = machines.entry(flavour).or_insert_with(|| Machine::start(flavour)).ask(scenario, n);
            Sample { cost, operations: n, queued: None }
        }))
    }
}

/// A running child.
struct Machine {
    /// The process, to be waited for.
    child: Child,
    /// `None` once it has been told to end.
    orders: Option<ChildStdin>,
    /// A line for each order.
    answers: BufReader<ChildStdout>,
}

impl Machine {
    fn start(flavour: Flavour) -> Self {
        let schedulers = match flavour {
            Flavour::Mt => "+S 2:2",
            Flavour::Ct => "+S 1:1",
        };
        // Schedulers that spin while they wait would be charged for it.
        let options = format!("{schedulers} +sbwt none +sbwtdcpu none +sbwtdio none");
        let mut child = Command::new(NAME)
            .args(["--erl", &options, "-e", SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("elixir is installed");
        let orders = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().expect("it is piped"));
        Self { child, orders, answers }
    }

    fn ask(&mut self, scenario: Scenario, n: u64) -> f64 {
        let orders = self.orders.as_mut().expect("it is there until it is dropped");
        writeln!(orders, "{scenario} {n}").expect("elixir reads its orders");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("elixir answers");
        answer.trim().parse().expect("elixir answers with a number")
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // It ends when there are no more orders.
        drop(self.orders.take());
        self.child.wait().expect("it is our child");
    }
}

impl Contender for Elixir {
    fn name(&self) -> &'static str {
        NAME
    }

    fn agent_call(&self, n: u64) -> Offer {
        self.batch(Scenario::AgentCall, n)
    }

    fn agent_cast(&self, n: u64) -> Offer {
        self.batch(Scenario::AgentCast, n)
    }

    fn agent_64(&self, n: u64) -> Offer {
        self.batch(Scenario::Agent64, n)
    }

    fn server_call(&self, n: u64) -> Offer {
        self.batch(Scenario::ServerCall, n)
    }

    fn server_call_async(&self, _n: u64) -> Offer {
        Err(Skip::NotMeant)
    }

    fn server_64(&self, n: u64) -> Offer {
        self.batch(Scenario::Server64, n)
    }

    fn server_cast1(&self, n: u64) -> Offer {
        self.batch(Scenario::ServerCast1, n)
    }

    fn spawn_server(&self, n: u64) -> Offer {
        self.batch(Scenario::SpawnServer, n)
    }

    fn spawn_agent(&self, n: u64) -> Offer {
        self.batch(Scenario::SpawnAgent, n)
    }

    fn memory_server(&self, n: u64) -> Offer {
        self.batch(Scenario::MemoryServer, n)
    }

    fn memory_agent(&self, n: u64) -> Offer {
        self.batch(Scenario::MemoryAgent, n)
    }
}
