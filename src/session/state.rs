//! A session as its worker owns it: a graph, an edit under way, and the words it publishes.

use crate::graph::{Edit, Graph, Segment, TickContext};
use crate::quality::SessionStats;
use crate::rt::{Mirror, Owned, PacketTap, SeqWriter};
use crate::session::Seat;
use crate::types::{SessionId, Tick};

/// Words in a session's published figures.
pub(crate) const STAT_WORDS: usize = SessionStats::WORDS;
/// Nodes of a session whose busy time is published.
pub(crate) const NODE_WORDS: usize = 16;

/// A session on its worker. Everything here is touched by that worker alone.
pub struct Session {
    pub(crate) id: SessionId,
    pub(crate) graph: Graph,
    /// The edit whose transition plan runs in this tick.
    pub(crate) edit: Option<Owned<Edit>>,
    /// The first tick that the session has not run.
    pub(crate) next_tick: Tick,
    /// Where the worker keeps the session's unit.
    pub(crate) phase: u8,
    pub(crate) position: u32,
    /// The other leg of a bridged pair, by slot.
    pub(crate) peer: Option<u32>,
    /// Its place in a room.
    pub(crate) seat: Option<Owned<Seat>>,
    /// The place that it has in this tick for the last time, as it has another one already.
    pub(crate) parting: Option<Owned<Seat>>,
    /// Copies its packets, if somebody keeps them.
    pub(crate) tap: Option<Owned<PacketTap>>,
    /// Where copies of its datagrams go.
    pub(crate) mirror: Option<Owned<Mirror>>,
    /// It goes when it has nothing left to play or send, at last in this tick.
    pub(crate) ends: Option<Tick>,
    /// A node panicked; the session is silent for good.
    pub(crate) quarantined: bool,
    /// The quarantine was reported.
    pub(crate) reported: bool,
    ticks: u64,
    stats: SeqWriter<STAT_WORDS>,
    nodes: SeqWriter<NODE_WORDS>,
    busy: [u32; NODE_WORDS],
}

impl Session {
    pub(crate) fn new(id: SessionId, graph: Graph, stats: SeqWriter<STAT_WORDS>, nodes: SeqWriter<NODE_WORDS>) -> Self {
        Self {
            id,
            graph,
            edit: None,
            next_tick: Tick(0),
            phase: 0,
            position: 0,
            peer: None,
            seat: None,
            parting: None,
            tap: None,
            mirror: None,
            ends: None,
            quarantined: false,
            reported: false,
            ticks: 0,
            stats,
            nodes,
            busy: [0; NODE_WORDS],
        }
    }

    /// Runs one half of the tick. Real-time.
    pub(crate) fn run(&mut self, segment: Segment, cx: &mut TickContext) {
        self.graph.run(segment, cx);
    }

    /// As [`Session::run`], taking the time of every node.
    pub(crate) fn run_profiled(&mut self, segment: Segment, cx: &mut TickContext, clock: &mut dyn FnMut() -> u64) {
        self.graph.run_profiled(segment, cx, clock, &mut self.busy);
    }

    /// It has not run yet. Real-time.
    pub(crate) fn is_new(&self) -> bool {
        self.ticks == 0
    }

    /// Counts the tick as run.
    pub(crate) fn ran(&mut self, tick: Tick) {
        self.ticks += 1;
        self.next_tick = Tick(tick.0 + 1);
    }

    /// Puts a new plan in place of the running one; the edit holds what retires. Real-time.
    pub(crate) fn begin_edit(&mut self, mut edit: Owned<Edit>) {
        edit.begin(&mut self.graph);
        self.edit = Some(edit);
    }

    /// Ends the transition of the last edit, if there is one. Real-time: what retires goes to the reaper.
    pub(crate) fn finish_edit(&mut self) {
        if let Some(mut edit) = self.edit.take() {
            edit.finish(&mut self.graph);
        }
    }

    /// Whether something is still to be played or sent, and time for it. Real-time.
    pub(crate) fn lingers(&mut self, tick: Tick) -> bool {
        !self.quarantined && self.ends.is_none_or(|by| tick < by && self.graph.waits())
    }

    /// Publishes the session's figures. Real-time.
    pub(crate) fn publish(&mut self) {
        let mut stats = SessionStats { ticks: self.ticks, at_tick: self.next_tick.0, ..SessionStats::default() };
        self.graph.report(&mut stats);
        self.stats.write(&stats.to_words());
    }

    /// Publishes the time that each node took in the tick just profiled. Real-time.
    pub(crate) fn publish_nodes(&mut self) {
        let mut words = [0u64; NODE_WORDS];
        // What is added up in the next profiled tick starts at zero.
        let busy = std::mem::take(&mut self.busy);
        for ((word, id), busy) in words.iter_mut().zip(self.graph.plan().order()).zip(busy) {
            // The fades of a transition are nobody's nodes: their id has no successor.
            *word = id.0.checked_add(1).map_or(0, |number| u64::from(number) << 32 | u64::from(busy));
        }
        self.nodes.write(&words);
    }
}
