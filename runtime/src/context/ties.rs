//! What binds a server to others: monitors and links.

use std::sync::Arc;

use crate::client::{Client, ClientOf};
use crate::context::Context;
use crate::engine::Core;
use crate::exit::ExitReason;
use crate::id::ServerId;
use crate::kind::{BackgroundTask, Sendable};
use crate::life::Tell;
use crate::links::{self, Linked};
use crate::monitors::MonitorId;
use crate::server::Item;
use crate::spec::{InitOutput, ServerSpec};
use crate::start::Start;
use crate::watch::Down;

impl<S: BackgroundTask> Context<S> {
    /// Has this server's `#[down]` handler told when another server or an agent has ended.
    ///
    /// The notice stands in the mailbox behind what that server has sent before, and needs no room there. Of a server
    /// that is gone already it comes at once, with [`ExitReason::NoProc`]. Each call gives a monitor of its own, with a
    /// notice of its own; a server without a `#[down]` handler is told nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use callcast::prelude::*;
    /// use callcast::Agent;
    ///
    /// #[derive(Default)]
    /// struct Ward { ended: Vec<ExitReason> }
    ///
    /// #[server]
    /// impl Ward {
    ///     #[init]
    ///     fn new() -> Self { Self::default() }
    ///
    ///     #[call]
    ///     fn watch(&mut self, patient: Agent<u32>, ctx: &mut Context<Self>) { ctx.monitor(&patient); }
    ///
    ///     #[down]
    ///     fn lost(&mut self, down: Down) { self.ended.push(down.reason) }
    ///
    ///     #[call]
    ///     fn ended(&self) -> Vec<ExitReason> { self.ended.clone() }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (ward, patient) = (Ward::start().await?, Agent::new(0));
    /// ward.watch(patient.clone()).await?;
    /// patient.stop_with(ExitReason::Shutdown).await?;
    /// assert_eq!(ward.ended().await?, [ExitReason::Shutdown]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn monitor(&mut self, other: &Client) -> MonitorId {
        let watcher = Arc::downgrade(&self.client);
        let life = other.now(|core| Arc::clone(core.life()));
        let id = MonitorId::next();
        let subject = life.as_ref().map_or(ServerId::NOBODY, |life| life.id());
        let tell: Tell = Box::new(move |reason| {
            if let Some(watcher) = watcher.upgrade() {
                watcher.core.push_free(Item::Down(id, Down { id: subject, reason }));
            }
        });
        let attempt = match life {
            Some(life) => life.watch(tell),
            None => Err(tell),
        };
        let watch = match attempt {
            Ok(watch) => Some(watch),
            Err(tell) => {
                tell(ExitReason::NoProc);
                None
            }
        };
        self.own().monitors.add(id, watch);
        id
    }

    /// Takes a monitor back: its notice is not handled any more, not even one that is queued already.
    ///
    /// Returns `false` where it has been handled, or taken back before.
    pub fn demonitor(&mut self, monitor: MonitorId) -> bool {
        self.own().monitors.take(monitor)
    }

    /// Links this server to another: when one of them ends for any reason but `Normal`, so does the other, for the same
    /// reason.
    ///
    /// A server that has an `#[exit]` handler lives on: that handler is told instead, of a `Normal` end as well. The notice
    /// stands in the mailbox behind what the other has sent before. Without the handler the end comes before the next
    /// message, and `terminate` runs. A server that is gone already counts as one that ends now, with
    /// [`ExitReason::NoProc`]. A second link of the same two changes nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use callcast::prelude::*;
    ///
    /// struct Part;
    ///
    /// #[server]
    /// impl Part {
    ///     #[init]
    ///     fn new() -> Self { Self }
    ///
    ///     #[cast]
    ///     fn fail(&self) -> Result<(), String> { Err("broken".into()) }
    /// }
    ///
    /// struct Whole { part: PartClient }
    ///
    /// #[server]
    /// impl Whole {
    ///     #[init]
    ///     async fn new(ctx: &mut Context<Self>) -> Result<Self, StartError> {
    ///         Ok(Self { part: ctx.start_link(Part::spec()).await? })
    ///     }
    ///
    ///     #[call]
    ///     fn part(&self) -> PartClient { self.part.clone() }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let whole = Whole::start().await?;
    /// whole.part().await?.fail().await?;
    /// assert!(matches!(whole.monitor().await.reason, ExitReason::Failed(_)));   // it ends with its part
    /// # Ok(())
    /// # }
    /// ```
    pub fn link<T: BackgroundTask>(&mut self, other: &impl ClientOf<T>) {
        let this: Arc<Client<dyn Core>> = self.client.clone();
        match other.place().found() {
            Some(other) => {
                let other: Arc<Client<dyn Core>> = other;
                links::link(&this, &other);
            }
            None => this.core.linked_to_nobody(),
        }
    }

    /// Takes a link back, from whichever side it was made: neither hears of the other's end, not even of one that has been
    /// queued already.
    pub fn unlink<T: BackgroundTask>(&mut self, other: &impl ClientOf<T>) {
        if let Some(other) = other.place().found() {
            links::unlink(self.client.core.life(), other.core.life());
        }
    }

    /// Starts a server that is linked to this one from the beginning, as [`link`](Self::link) does.
    ///
    /// # Errors
    ///
    /// As for the spec's own `start`. Of an `init` that fails this server hears by the error alone.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future before it is done ends the server that is being started.
    pub fn start_link<T, A, R>(&mut self, mut spec: ServerSpec<T, A, R>) -> Start<T, R>
    where
        T: BackgroundTask,
        A: Sendable,
        R: InitOutput<T, Error: Sendable>,
    {
        let starter: Arc<Client<dyn Core>> = self.client.clone();
        spec.init.claims.add(Arc::new(Linked { starter }));
        spec.start()
    }
}
