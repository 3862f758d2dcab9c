//! `DynamicSupervisor`: a supervisor of children that are started at run time.

use crate::supervise::plan::SupervisorSpec;

/// A supervisor of children that are started at run time, as many as there are sessions or jobs.
///
/// It has no children at first; [`start_child`](crate::SupervisorClient::start_child) starts one. They have nothing to
/// do with each other: their starts, restarts and stops do not wait for one another, and one that has ended for good is
/// forgotten. Everything else is as for [`Supervisor`](crate::Supervisor), whose client is this one's as well.
///
/// Several children may have one id, and have unless [`id`](crate::Spec::id) says otherwise: that of their type. What is asked by
/// that id concerns the last of them that was added and has not ended for good; a [`ServerId`](crate::ServerId) says which one is meant,
/// and the client that `start_child` returns leads to its own.
///
/// # Examples
///
/// ```
/// use callcast::DynamicSupervisor;
/// use callcast::prelude::*;
///
/// struct Session { user: String }
///
/// #[server]
/// impl Session {
///     #[init]
///     fn new(user: String) -> Self { Self { user } }
///
///     #[call]
///     fn user(&self) -> String { self.user.clone() }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sessions = DynamicSupervisor::new().max_children(10_000).start().await?;
/// let session = sessions.start_child(Session::spec("Ada".to_owned()).temporary()).await?;
/// assert_eq!(session.user().await?, "Ada");
/// assert_eq!(sessions.count_children().await?.active, 1);
/// sessions.stop().await?;                                  // and with it all sessions, at once
/// assert!(!session.is_alive());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct DynamicSupervisor(());

impl DynamicSupervisor {
    /// Returns the spec of one without children.
    #[expect(clippy::new_ret_no_self, reason = "what it makes is a supervisor")]
    pub fn new() -> SupervisorSpec {
        SupervisorSpec::dynamic()
    }
}

impl SupervisorSpec {
    /// Takes no more than so many children at a time, and refuses others with
    /// [`MaxChildren`](crate::StartChildError::MaxChildren). It makes the supervisor a [`DynamicSupervisor`].
    pub fn max_children(mut self, most: usize) -> Self {
        self.set_max_children(most);
        self
    }
}
