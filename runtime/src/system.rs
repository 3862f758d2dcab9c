//! What goes ahead of a server's messages: its end by a link, and what `sys` asks of it.

use std::collections::VecDeque;

use crate::engine::Core as _;
use crate::exit::{ExitReason, drop_contained, run_contained};
use crate::frame::Frame;
use crate::kind::BackgroundTask;
use crate::mailbox::Entry;
use crate::mutants::mutant;
use crate::serve::Step;
use crate::server::Item;
use crate::sync::Lock;
use crate::sys::{Access, Question};
use crate::watch::Exit;

/// A system message: it needs no room, and is handled before all others, and while the server is suspended.
pub(crate) enum System {
    End(ExitReason),
    /// A server that this one is linked to has ended.
    Linked(Exit),
    /// No messages are to be handled from now on, or again.
    Suspend {
        on: bool,
        done: Question<()>,
    },
}

/// The system messages of one server; none are taken after its end.
pub(crate) struct SystemQueue(Lock<Option<VecDeque<System>>>);

impl SystemQueue {
    pub(crate) fn new() -> Self {
        Self(Lock::new(Some(VecDeque::new())))
    }

    /// Puts one in; it is dropped where the server has ended, an end also where there is one already. Whoever does so signals
    /// afterwards.
    pub(crate) fn push(&self, message: System) {
        let is_end = |message: &System| matches!(message, System::End(_));
        let refused = match &mut *self.0.lock() {
            Some(queue) if !(is_end(&message) && queue.iter().any(is_end)) => {
                queue.push_back(message);
                None
            }
            _ => Some(message),
        };
        drop_contained(refused);
    }

    #[cfg(any(callcast_loom, callcast_shuttle))]
    fn is_empty(&self) -> bool {
        self.0.lock().as_ref().is_none_or(VecDeque::is_empty)
    }

    pub(crate) fn has_end(&self) -> bool {
        let is_end = |message: &System| matches!(message, System::End(_) | System::Linked(_));
        self.0.lock().as_ref().is_some_and(|queue| queue.iter().any(is_end))
    }

    fn pop(&self) -> Option<System> {
        self.0.lock().as_mut()?.pop_front()
    }

    pub(crate) fn close(&self) {
        let left = self.0.lock().take();
        left.into_iter().flatten().for_each(drop_contained);
    }
}

impl<S: BackgroundTask> Frame<S> {
    /// Runs what is asked of a suspended server: looks at its state, and its end. The rest waits.
    pub(crate) fn serve_suspended(&mut self) -> Step<S> {
        let batch = self.ctx.batch.get_mut();
        let mut wanted = Vec::new();
        for entry in std::mem::take(batch) {
            if entry.message.is_for_the_suspended() {
                wanted.push(entry.message);
            } else {
                batch.push_back(entry);
            }
        }
        wanted.extend(self.ctx.client.core.mailbox.extract(Item::is_for_the_suspended));
        let mut wanted = wanted.into_iter();
        while let Some(item) = wanted.next() {
            let end = match item {
                Item::Access(access) => {
                    self.run_access(access);
                    None
                }
                Item::Stop(reason) => Some(reason),
                Item::JobPanicked(panic) => Some(ExitReason::Panicked(panic)),
                Item::Unused if self.ctx.client.core.is_unused() => Some(ExitReason::Normal),
                _ => None,
            };
            if let Some(reason) = end {
                // They are told the reason, when that is decided.
                self.ctx.batch.get_mut().extend(wanted.map(Entry::left));
                return Step::End(reason.into());
            }
        }
        Step::Yield
    }

    /// Runs a look at the state. Its panics are its caller's own, and held back within; what else panics is a drop of
    /// something of theirs.
    pub(crate) fn run_access(&mut self, access: Access<S>) {
        run_contained(|| {
            let _ = access(&mut self.state);
        });
    }

    /// Does what goes ahead of the messages; gives the step that it has led to, where the messages have to wait.
    pub(crate) fn obey(&mut self) -> Option<Step<S>> {
        // The signal first: what comes after this look signals again.
        mutant!("server_looks_before_it_takes_its_signal" if self.ctx.client.core.system.is_empty() => {
            self.ctx.client.core.life().take_signal();
            return None;
        });
        if self.ctx.client.core.life().take_signal() {
            while let Some(message) = self.ctx.client.core.system.pop() {
                match message {
                    System::End(reason) => return Some(Step::End(reason.into())),
                    System::Linked(exit) => {
                        // One that has been unlinked meanwhile is none of its business.
                        if self.ctx.client.core.life().forget_link(exit.id) {
                            return Some(Step::End(exit.reason.into()));
                        }
                    }
                    // Whoever has gone does not know that he would have to resume it.
                    System::Suspend { on, done } if done.begin() => {
                        self.ctx.client.core.life().set_suspended(on);
                        done.answer(Ok(()));
                    }
                    System::Suspend { .. } => {}
                }
            }
        }
        None
    }
}
