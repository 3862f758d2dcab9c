//! A child as its supervisor has it, and who waits for what is being done with it.

use std::sync::{Arc, Weak};

use crate::client::Client;
use crate::exit::ExitReason;
use crate::id::ServerId;
use crate::life::Watch;
use crate::log;
use crate::reply::ReplyTo;
use crate::server::{Item, ServerEngine};
use crate::supervise::child::{AnyServer, Child, Failure};
use crate::supervise::error::ChildError;
use crate::supervise::rules::{No, Status};
use crate::supervise::supervisor::{Supervisor, SupervisorInfo};
use crate::timers::TimerId;

/// A child as its supervisor has it.
pub(crate) struct Member {
    pub(crate) child: Box<dyn Child>,
    /// The last incarnation, which may have ended.
    pub(crate) server: Option<AnyServer>,
    /// The last before that one which others may have met.
    pub(crate) met: Option<ServerId>,
    /// Has this supervisor told of its end.
    pub(crate) watch: Option<Watch>,
    /// Whether that is still to be told.
    pub(crate) lives: bool,
    pub(crate) asked: Vec<Asked>,
    /// What has been said of its last attempt.
    said: Option<String>,
    /// The time that its stop has.
    pub(crate) limit: Option<TimerId>,
    /// The delay before its next start.
    pub(crate) delay: Option<TimerId>,
}

/// Who waits for what is being done with a child.
pub(crate) enum Asked {
    ToEnd(ReplyTo<Result<(), ChildError>>),
    ToStart(ReplyTo<Result<(), ChildError>>),
}

impl Member {
    pub(crate) const fn new(child: Box<dyn Child>) -> Self {
        Self {
            child,
            server: None,
            met: None,
            watch: None,
            lives: false,
            asked: Vec::new(),
            said: None,
            limit: None,
            delay: None,
        }
    }

    /// Has the supervisor told when this incarnation has ended; at once, where it has already.
    pub(crate) fn watch(&mut self, no: No, me: Weak<Client<ServerEngine<Supervisor>>>) {
        let Some(server) = &self.server else { return };
        let (id, life) = (server.core.id(), Arc::clone(server.core.life()));
        let tell = Box::new(move |reason| {
            if let Some(me) = me.upgrade() {
                me.core.push_free(Item::Info(SupervisorInfo::ended((no, id, reason))));
            }
        });
        self.lives = true;
        match life.watch(tell) {
            Ok(watch) => self.watch = Some(watch),
            Err(tell) => tell(life.reason().unwrap_or(ExitReason::Normal)),
        }
    }

    pub(crate) fn failed(&mut self, failure: &Failure) {
        // Once for a row of attempts that fail in the same way: a database may be away for long.
        if !failure.is_told
            && self.said.as_deref() != Some(&failure.text)
            && let Some(server) = &self.server
        {
            log::child_failed(server.core.life(), &self.child.about().id, &failure.text);
            self.said = Some(failure.text.clone());
        }
        self.child.failed(failure);
    }

    /// Whether there is a server that has a state.
    pub(crate) fn is_there(&self) -> bool {
        self.server.as_ref().is_some_and(|server| server.core.is_alive() && server.core.life().has_started())
    }

    pub(crate) fn started(&mut self) {
        self.said = None;
        self.child.started();
    }
}

impl Asked {
    pub(crate) const fn is_settled(&self, status: Status) -> bool {
        match self {
            Self::ToEnd(_) => matches!(status, Status::Down),
            Self::ToStart(_) => matches!(status, Status::Down | Status::Running),
        }
    }

    pub(crate) fn answer(self, status: Status) {
        match self {
            Self::ToEnd(reply) => reply.send(Ok(())),
            Self::ToStart(reply) if status == Status::Running => reply.send(Ok(())),
            Self::ToStart(reply) => reply.send(Err(ChildError::NotStarted)),
        }
    }
}
