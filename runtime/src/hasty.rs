//! `Hasty`: a way to a place for those who would rather hear that nobody is there than wait.

use std::sync::Arc;

use crate::client::Client;
use crate::engine::{Core, Spot};
use crate::kind::{EngineOf, GenServer};
use crate::place::Route;

/// As the place that it leads to, where somebody is there at the moment.
pub(crate) struct Hasty<S: GenServer>(pub(crate) Arc<Client<dyn Route<S>>>);

impl<S: GenServer> Spot for Hasty<S> {
    fn name(&self) -> &'static str {
        S::NAME
    }

    fn show(&self, look: &mut dyn FnMut(&dyn Core)) {
        self.0.core.show(look);
    }
}

impl<S: GenServer> Route<S> for Hasty<S> {
    fn occupant(&self) -> Option<Arc<Client<EngineOf<S>>>> {
        self.0.core.present()
    }

    fn goes_on(&self) -> bool {
        false
    }
}
