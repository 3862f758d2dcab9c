//! What is measured: a row of the tables each.

use std::fmt;

use crate::contenders::{Contender, Offer};
use crate::flavour::Flavour;
use crate::measure::UNIT;

/// A row of the tables. One operation is a call, a cast, a hop of a token, or a life from start to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Scenario {
    AgentCall,
    AgentCast,
    Agent64,
    AgentRead95,
    ServerCall,
    ServerCallAsync,
    ServerCallAwait,
    Server64,
    ServerCast1,
    ServerCast4,
    ServerBounded4,
    PingPong,
    Ring,
    Ring64,
    SpawnServer,
    SpawnAgent,
    MemoryServer,
    MemoryAgent,
}

impl Scenario {
    pub(crate) const ALL: [Self; 18] = [
        Self::AgentCall,
        Self::AgentCast,
        Self::Agent64,
        Self::AgentRead95,
        Self::ServerCall,
        Self::ServerCallAsync,
        Self::ServerCallAwait,
        Self::Server64,
        Self::ServerCast1,
        Self::ServerCast4,
        Self::ServerBounded4,
        Self::PingPong,
        Self::Ring,
        Self::Ring64,
        Self::SpawnServer,
        Self::SpawnAgent,
        Self::MemoryServer,
        Self::MemoryAgent,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::AgentCall => "agent-call",
            Self::AgentCast => "agent-cast",
            Self::Agent64 => "agent-64",
            Self::AgentRead95 => "agent-read95",
            Self::ServerCall => "server-call",
            Self::ServerCallAsync => "server-call-async",
            Self::ServerCallAwait => "server-call-await",
            Self::Server64 => "server-64",
            Self::ServerCast1 => "server-cast1",
            Self::ServerCast4 => "server-cast4",
            Self::ServerBounded4 => "server-bounded4",
            Self::PingPong => "pingpong",
            Self::Ring => "ring",
            Self::Ring64 => "ring64",
            Self::SpawnServer => "spawn-server",
            Self::SpawnAgent => "spawn-agent",
            Self::MemoryServer => "memory-server",
            Self::MemoryAgent => "memory-agent",
        }
    }

    pub(crate) const fn what(self) -> &'static str {
        match self {
            Self::AgentCall => "an agent's call, one caller",
            Self::AgentCast => "an agent's cast, one sender, a call at the end",
            Self::Agent64 => "an agent's call, 64 callers",
            Self::AgentRead95 => "an agent's calls, 8 callers, 95 % of them reads",
            Self::ServerCall => "a server's call, one caller, the handler is a plain fn",
            Self::ServerCallAsync => {
                "a server's call, one caller, the handler is an async fn that does not wait"
            }
            Self::ServerCallAwait => "a server's call, one caller, the handler waits once (yield_now)",
            Self::Server64 => "a server's call, 64 callers, the handler is a plain fn",
            Self::ServerCast1 => "a server's cast, 1 producer, room for all, a call at the end",
            Self::ServerCast4 => "a server's cast, 4 producers, room for all, a call at the end",
            Self::ServerBounded4 => "a server's cast, 4 producers that wait for one of 64 places",
            Self::PingPong => "two servers cast a token to each other",
            Self::Ring => "a ring of 1000 servers, 1 token",
            Self::Ring64 => "a ring of 1000 servers, 64 tokens",
            Self::SpawnServer => "start and stop of a server",
            Self::SpawnAgent => "start of an agent and drop of its last client",
            Self::MemoryServer => "bytes of memory an idle server with 8 bytes of state",
            Self::MemoryAgent => "bytes of memory an idle agent with 8 bytes of state",
        }
    }

    /// What the contender would do for it, with so many operations.
    pub(crate) fn of(self, contender: &dyn Contender, flavour: Flavour, operations: u64) -> Offer {
        contender.can_run_on(flavour)?;
        match self {
            Self::AgentCall => contender.agent_call(operations),
            Self::AgentCast => contender.agent_cast(operations),
            Self::Agent64 => contender.agent_64(operations),
            Self::AgentRead95 => contender.agent_read95(operations),
            Self::ServerCall => contender.server_call(operations),
            Self::ServerCallAsync => contender.server_call_async(operations),
            Self::ServerCallAwait => contender.server_call_await(operations),
            Self::Server64 => contender.server_64(operations),
            Self::ServerCast1 => contender.server_cast1(operations),
            Self::ServerCast4 => contender.server_cast4(operations),
            Self::ServerBounded4 => contender.server_bounded4(operations),
            Self::PingPong => contender.pingpong(operations),
            Self::Ring => contender.ring(operations),
            Self::Ring64 => contender.ring64(operations),
            Self::SpawnServer => contender.spawn_server(operations),
            Self::SpawnAgent => contender.spawn_agent(operations),
            Self::MemoryServer => contender.memory_server(operations),
            Self::MemoryAgent => contender.memory_agent(operations),
        }
    }

    pub(crate) const fn is_memory(self) -> bool {
        matches!(self, Self::MemoryServer | Self::MemoryAgent)
    }

    /// Whether callers meet, or a handler may keep its caller waiting: then it is said how many calls were queued.
    pub(crate) const fn is_contended(self) -> bool {
        matches!(
            self,
            Self::Agent64
                | Self::AgentRead95
                | Self::ServerCall
                | Self::ServerCallAsync
                | Self::ServerCallAwait
                | Self::Server64
        )
    }

    /// How many operations a batch has, at least and at most.
    ///
    /// Where nobody waits for room, all of a batch's casts may lie in the queue at once. Ours has room for a million; and
    /// what is measured should be the messages, not fresh pages from the system. A ring is gone round more than once.
    pub(crate) const fn operations(self) -> (u64, u64) {
        match self {
            Self::AgentCast | Self::ServerCast1 | Self::ServerCast4 => (10 * UNIT, 1500 * UNIT),
            Self::Ring | Self::Ring64 => (100 * UNIT, u64::MAX),
            _ => (10 * UNIT, u64::MAX),
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
