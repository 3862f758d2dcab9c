//! What can be given to a supervisor as a child.

use crate::spec::Spec;
use crate::supervise::again::Restartable;

/// What can be given to a supervisor as a child: a spec, a [`Pool`](crate::Pool), a
/// [`PartitionSupervisor`](crate::PartitionSupervisor).
///
/// It is not meant to be implemented by others.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a child of a supervisor",
    note = "a child is what `Server::spec(…)`, `Task::spec(…)` or `Supervisor::one_for_one()` return"
)]
pub trait IntoChild {
    #[doc(hidden)]
    type Init: Restartable;

    #[doc(hidden)]
    fn into_child(self) -> Spec<Self::Init>;
}

impl<I: Restartable> IntoChild for Spec<I> {
    type Init = I;

    fn into_child(self) -> Self {
        self
    }
}
