//! A room: an agent, since it only holds state.

use std::collections::VecDeque;
use std::sync::Arc;

use callcast::prelude::*;

/// How many of the last lines a newcomer is shown.
const MAX_HISTORY: usize = 20;

/// What a room is about, and what was said there. Who is in it is known to a registry, not to the room.
#[derive(Debug, Default)]
pub(crate) struct Room {
    topic: Option<Arc<str>>,
    history: VecDeque<Arc<str>>,
}

/// What a newcomer is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Welcome {
    pub(crate) topic: Option<Arc<str>>,
    pub(crate) history: Vec<Arc<str>>,
}

#[agent]
impl Room {
    #[init]
    pub(crate) fn new() -> Self {
        Self::default()
    }

    #[call]
    pub(crate) fn welcome(&self) -> Welcome {
        Welcome { topic: self.topic.clone(), history: self.history.iter().cloned().collect() }
    }

    #[call]
    pub(crate) fn topic(&self) -> Option<Arc<str>> {
        self.topic.clone()
    }

    #[call]
    pub(crate) fn set_topic(&mut self, topic: Arc<str>) {
        self.topic = Some(topic);
    }

    /// Keeps a line that was said, and forgets the oldest.
    #[call]
    pub(crate) fn keep(&mut self, line: Arc<str>) {
        if self.history.len() == MAX_HISTORY {
            self.history.pop_front();
        }
        self.history.push_back(line);
    }
}

#[cfg(test)]
mod tests {
    //! Plain unit tests: the methods are called on the struct, with neither a client nor a runtime.

    use super::*;

    #[test]
    fn a_newcomer_is_shown_the_topic_and_the_last_lines() {
        let mut room = Room::new();
        assert_eq!(room.welcome(), Welcome::default());
        room.set_topic("numbers".into());
        (1..=MAX_HISTORY + 2).for_each(|line| room.keep(line.to_string().into()));
        let welcome = room.welcome();
        assert_eq!(welcome.topic.as_deref(), Some("numbers"));
        assert_eq!(welcome.history.len(), MAX_HISTORY);
        assert_eq!(welcome.history.first().map(AsRef::as_ref), Some("3"));
        assert_eq!(welcome.history.last().map(AsRef::as_ref), Some("22"));
    }
}
