//! What can be asked of an engine without asking its workers.

use crate::engine::control::Control;
use crate::engine::room::{MemberInfo, RoomInfo};
use crate::engine::telemetry::Telemetry;
use crate::engine::{EngineConfig, Reject};
use crate::processing::pipeline::VoiceStats;
use crate::quality::SessionStats;
use crate::session::{Legs, SessionSpec, memory_bound};
use crate::types::{NodeId, RoomId, SessionId, WorkerId};

/// The time that one node took, when it was last looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeBusy {
    /// The node.
    pub node: NodeId,
    /// Its kind.
    pub kind: &'static str,
    /// Nanoseconds in one tick, sampled every 16th.
    pub busy_ns: u32,
}

impl Control {
    /// A session's figures as last published: at most `stats_interval` ticks old.
    pub fn stats(&self, session: SessionId) -> Result<SessionStats, Reject> {
        let reader = self.state().entry(session)?.stats.clone();
        Ok(SessionStats::from_words(&reader.read()))
    }

    /// How a session's voice is worked on, as of its last tick; `None` where nothing is done with it.
    pub fn processing(&self, session: SessionId) -> Result<Option<VoiceStats>, Reject> {
        Ok(self.state().entry(session)?.leg.voice_stats())
    }

    /// The time that each node of a session took in a recent tick.
    pub fn busy(&self, session: SessionId) -> Result<Vec<NodeBusy>, Reject> {
        let state = self.state();
        let entry = state.entry(session)?;
        let words = entry.nodes.read();
        let figures = words.iter().filter(|word| **word != 0).filter_map(|word| {
            let node = NodeId((word >> 32) as u32 - 1);
            let kind = entry.topology.node(node).ok()?.kind;
            Some(NodeBusy { node, kind, busy_ns: *word as u32 })
        });
        Ok(figures.collect())
    }

    /// Every worker's figures, and the engine's.
    pub fn telemetry(&self) -> Telemetry {
        let state = self.state();
        Telemetry {
            workers: (0..state.workers.len()).map(|w| state.worker_telemetry(WorkerId(w as u16))).collect(),
            sessions: state.sessions(),
            events_lost: state.sink.lost(),
        }
    }

    /// A session's graph as Graphviz DOT text; its label tells whom the session hears, and by which conversion.
    pub fn describe(&self, session: SessionId) -> Result<String, Reject> {
        let state = self.state();
        let entry = state.entry(session)?;
        let dot = entry.topology.dot();
        Ok(match (entry.leg.passing, dot.strip_suffix("}\n")) {
            (Some((peer, conversion)), Some(open)) => format!("{open}  label=\"hears {peer}: {conversion}\";\n}}\n"),
            _ => dot,
        })
    }

    /// The nodes that every leg has, as they are called in this session.
    pub fn legs(&self, session: SessionId) -> Result<Legs, Reject> {
        Ok(self.state().entry(session)?.leg.legs)
    }

    /// The first node of a kind in a session's graph, such as one that a user's edit added.
    pub fn find(&self, session: SessionId, kind: &str) -> Result<Option<NodeId>, Reject> {
        Ok(self.state().entry(session)?.topology.find(kind))
    }

    /// A room as it was told to be last, and who talks in it.
    pub fn room(&self, room: RoomId) -> Result<RoomInfo, Reject> {
        let state = self.state();
        let known = state.rooms.get(room).ok_or(Reject::NoSuchRoom(room))?;
        let placed = |member: &MemberInfo| MemberInfo {
            worker: state.entry(member.session).map_or(member.worker, |entry| entry.worker),
            ..*member
        };
        let spans = known.spans.iter().enumerate().filter(|(_, spans)| **spans);
        let mut exceptions: Vec<_> = known.pairs.iter().map(|(pair, gain)| (pair.0, pair.1, *gain)).collect();
        exceptions.sort_by_key(|(listener, source, _)| (listener.index, source.index));
        Ok(RoomInfo {
            members: known.members.iter().map(placed).collect(),
            exceptions,
            dominant: known.dominant,
            workers: spans.map(|(worker, _)| WorkerId(worker as u16)).collect(),
            missed_sums: known.stats().missed,
            bytes: known.bytes,
            member_bytes: known.member_bytes,
        })
    }

    /// The worker that runs a session.
    pub fn worker(&self, session: SessionId) -> Result<WorkerId, Reject> {
        Ok(self.state().entry(session)?.worker)
    }

    /// Bytes that a session of this spec takes at most.
    pub fn memory_bound(&self, spec: &SessionSpec) -> usize {
        memory_bound(spec) + EngineConfig::BYTES_PER_PLACE * self.state().workers.len()
    }
}
