//! Who waits for whom: a call that would close a circle is refused instead of made.
//!
//! A node is a server that handles a message, or a `reply_with` future. An edge is a call that such a node awaits; it
//! begins when the call is first polled, and ends when the reply is sent or the call is given up.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use crate::current::{self, Activity};
use crate::error::Cycle;
use crate::id::ServerId;

/// A place in the graph: ids are unique among servers and futures together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Node(ServerId);

impl Node {
    /// The node of a server while it handles a message.
    pub(crate) const fn server(id: ServerId) -> Self {
        Self(id)
    }

    /// A node for a future that answers in a server's stead.
    pub(crate) fn future() -> Self {
        Self(ServerId::next())
    }
}

#[derive(Default)]
struct Graph {
    /// From each node: the edges that begin there.
    edges: HashMap<Node, Vec<Target>>,
    last_edge: u64,
}

struct Target {
    edge: u64,
    to: Node,
    server: (&'static str, ServerId),
}

/// One graph for the process: only calls made from within handlers ever touch it. No other lock is ever
/// taken while it is held, so a plain mutex does.
static GRAPH: LazyLock<Mutex<Graph>> = LazyLock::new(Mutex::default);

fn graph() -> MutexGuard<'static, Graph> {
    GRAPH.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What was done here has ended: it awaits nothing any more, whatever has become of the calls that it made.
#[inline]
pub(crate) fn forget(activity: &Activity) {
    if activity.waited {
        forget_node(activity.node);
    }
}

#[cold]
fn forget_node(node: Node) {
    graph().edges.remove(&node);
}

/// A call that is being awaited, until it is dropped.
#[derive(Debug)]
pub(crate) struct Edge {
    from: Node,
    number: u64,
}

impl Edge {
    /// Notes that `from` waits for a server, unless that server waits for `from` already.
    pub(crate) fn new(from: &Activity, to: ServerId, name: &'static str) -> Result<Self, Cycle> {
        let mut graph = graph();
        let target = Node::server(to);
        let mut path = vec![(from.name, from.server), (name, to)];
        if graph.reaches(target, from.node, &mut path, &mut Vec::new()) {
            // The way back ends at the node that it began with.
            path.truncate(path.len().saturating_sub(1).max(1));
            return Err(Cycle { servers: path });
        }
        current::note_waiting(from.node);
        graph.last_edge += 1;
        let number = graph.last_edge;
        graph.edges.entry(from.node).or_default().push(Target {
            edge: number,
            to: target,
            server: (name, to),
        });
        Ok(Self { from: from.node, number })
    }

    /// The reply will come from another node than the one that took the message.
    pub(crate) fn point_to(&self, to: Node) {
        let mut graph = graph();
        if let Some(target) = graph.find(self) {
            target.to = to;
        }
    }

    /// Whether this edge still points to the server's own handler.
    pub(crate) fn points_to(&self, node: Node) -> bool {
        graph().find(self).is_some_and(|target| target.to == node)
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        let mut graph = graph();
        if let Some(targets) = graph.edges.get_mut(&self.from) {
            targets.retain(|target| target.edge != self.number);
            if targets.is_empty() {
                graph.edges.remove(&self.from);
            }
        }
    }
}

impl Graph {
    fn find(&mut self, edge: &Edge) -> Option<&mut Target> {
        self.edges.get_mut(&edge.from)?.iter_mut().find(|target| target.edge == edge.number)
    }

    /// Whether a way leads from one node to another; `path` then holds the servers on it.
    fn reaches(
        &self,
        from: Node,
        to: Node,
        path: &mut Vec<(&'static str, ServerId)>,
        seen: &mut Vec<Node>,
    ) -> bool {
        if from == to {
            return true;
        }
        if seen.contains(&from) {
            return false;
        }
        seen.push(from);
        for target in self.edges.get(&from).into_iter().flatten() {
            path.push(target.server);
            if self.reaches(target.to, to, path, seen) {
                return true;
            }
            path.pop();
        }
        false
    }
}
