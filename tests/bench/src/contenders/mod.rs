//! Who takes part, and what taking part means.

mod actix;
mod actors;
mod by_hand;
mod callcast;
mod drive;
mod kameo;
mod mutex;
mod protocol;
mod ractor;
mod rsactor;
mod spawned;
mod xtra;

use std::panic::resume_unwind;

use crate::elixir::Elixir;
use crate::flavour::Flavour;
use crate::meter::Sample;

/// The contender to which the others are compared.
pub(crate) const OURS: &str = "callcast";

/// Does all of a batch on a runtime of its own, from the start of its servers to the check of its sum.
pub(crate) type Batch = Box<dyn FnOnce(Flavour) -> Sample>;

/// What a contender says when it is asked to take part.
pub(crate) type Offer = Result<Batch, Skip>;

/// Why a contender does not take part.
#[derive(Debug)]
pub(crate) enum Skip {
    /// The scenario is not about it.
    NotMeant,
    /// It cannot do what the scenario asks for, for this reason.
    Cannot(&'static str),
}

/// One way to write the counter, with a method a scenario, which takes the number of operations.
pub(crate) trait Contender {
    fn name(&self) -> &'static str;

    fn can_run_on(&self, _flavour: Flavour) -> Result<(), Skip> {
        Ok(())
    }

    // Who knows no agents takes part with what it has.
    fn agent_call(&self, n: u64) -> Offer {
        self.server_call(n)
    }

    fn agent_cast(&self, n: u64) -> Offer {
        self.server_cast1(n)
    }

    fn agent_64(&self, n: u64) -> Offer {
        self.server_64(n)
    }

    fn agent_read95(&self, _n: u64) -> Offer {
        Err(Skip::NotMeant)
    }

    fn server_call(&self, _n: u64) -> Offer {
        Err(Skip::NotMeant)
    }

    // Nor does everyone know handlers that are not `async`.
    fn server_call_async(&self, n: u64) -> Offer {
        self.server_call(n)
    }

    fn server_call_await(&self, _n: u64) -> Offer {
        Err(Skip::NotMeant)
    }

    fn server_64(&self, _n: u64) -> Offer {
        Err(Skip::NotMeant)
    }

    fn server_cast1(&self, _n: u64) -> Offer {
        Err(Skip::NotMeant)
    }

    fn server_cast4(&self, _n: u64) -> Offer {
        Err(Skip::NotMeant)
    }

    fn server_bounded4(&self, _n: u64) -> Offer {
        Err(Skip::NotMeant)
    }

    fn pingpong(&self, _n: u64) -> Offer {
        Err(Skip::NotMeant)
    }

    fn ring(&self, _n: u64) -> Offer {
        Err(Skip::NotMeant)
    }

    fn ring64(&self, _n: u64) -> Offer {
        Err(Skip::NotMeant)
    }

    fn spawn_server(&self, _n: u64) -> Offer {
        Err(Skip::NotMeant)
    }

    fn spawn_agent(&self, n: u64) -> Offer {
        self.spawn_server(n)
    }

    fn memory_server(&self, _n: u64) -> Offer {
        Err(Skip::NotMeant)
    }

    fn memory_agent(&self, n: u64) -> Offer {
        self.memory_server(n)
    }
}

/// All of them, ours first.
pub(crate) fn all() -> Vec<Box<dyn Contender>> {
    vec![
        Box::new(callcast::Callcast),
        Box::new(callcast::CallcastDefault),
        Box::new(protocol::ByProtocol),
        Box::new(by_hand::ByHand::<by_hand::Bounded>::new()),
        Box::new(by_hand::ByHand::<by_hand::Unbounded>::new()),
        Box::new(mutex::Direct),
        Box::new(ractor::Ractor),
        Box::new(kameo::Kameo),
        Box::new(actix::Actix),
        Box::new(xtra::Xtra),
        Box::new(rsactor::Rsactor),
        Box::new(spawned::Spawned),
        Box::new(Elixir::default()),
    ]
}

/// A batch as one task.
#[expect(clippy::unnecessary_wraps, reason = "it is what each of the contender's methods returns")]
fn batch(task: impl Future<Output = Sample> + Send + 'static) -> Offer {
    Ok(Box::new(move |flavour| run(flavour, task)))
}

/// Runs a batch as one task of tokio's: on a worker, as a program's own tasks, not on the thread that waits for it.
fn run(flavour: Flavour, task: impl Future<Output = Sample> + Send + 'static) -> Sample {
    let runtime = flavour.runtime();
    let task = runtime.spawn(task);
    runtime.block_on(task).unwrap_or_else(|error| resume_unwind(error.into_panic()))
}
