//! What a node sees of one tick: its frames, the far leg, the network, and a place for events.

use crate::frame::{FrameInfo, FramePool, FrameRef};
use crate::graph::plan::Output;
use crate::graph::topology::MAX_PORTS;
use crate::graph::{Exchange, FarFrame, NodeEventKind, NodeEvents};
use crate::mixer::groups::Lent;
use crate::rt::{Egress, lock, prefault};
use crate::types::{NodeId, SessionId, Tick};

/// What all nodes of a session share during one tick. Owned by the worker, so it stays in cache.
#[derive(Debug)]
pub struct TickContext {
    /// The nominal tick.
    pub tick: Tick,
    /// Ticks that the worker skipped just before this one.
    pub skipped: u32,
    /// The session that runs.
    pub session: SessionId,
    /// Frame slots lent to graphs whose frames do not outlive their half of the tick.
    pub frames: FramePool,
    /// Audio and packets to and from the far leg.
    pub exchange: Exchange,
    /// What a room lends its member for the half of the tick that runs.
    pub(crate) lent: Option<Lent>,
    /// Rings to the I/O threads.
    pub egress: Egress,
    /// Collects what nodes report.
    pub events: NodeEvents,
}

/// Reports that the nodes of one session may make in one half of a tick.
const NODE_EVENTS: usize = 32;

impl TickContext {
    /// At tick 0, with rings to the I/O threads. Allocates.
    pub fn new(egress: Egress) -> Self {
        Self {
            tick: Tick(0),
            skipped: 0,
            session: SessionId { index: 0, generation: 0 },
            frames: FramePool::lent(),
            exchange: Exchange::default(),
            lent: None,
            egress,
            events: NodeEvents::new(NODE_EVENTS),
        }
    }

    /// Touches and locks the frames that are lent, on the core that will use them. Where locking is
    /// denied they are touched only. Not real-time: before the first tick.
    pub(crate) fn settle_in(&mut self) {
        let frames = self.frames.storage();
        prefault(frames);
        let _ = lock(frames);
    }
}

/// One node's view of one tick.
pub struct Io<'a> {
    /// The graph's own frames, where it has some.
    pub(crate) own: Option<&'a mut FramePool>,
    /// The frame on each input, if one came this tick.
    pub(crate) inputs: [Option<FrameRef>; MAX_PORTS],
    /// The slot that the compiler gave to each output, and its length.
    pub(crate) outputs: &'a [Output],
    /// Bit `i`: output `i` was written this tick. The other outputs send nothing.
    pub(crate) produced: u32,
    pub(crate) node: NodeId,
    pub(crate) cx: &'a mut TickContext,
}

impl Io<'_> {
    /// The nominal tick.
    pub fn tick(&self) -> Tick {
        self.cx.tick
    }

    /// Ticks that the worker skipped just before this one; their audio never existed.
    pub fn skipped(&self) -> u32 {
        self.cx.skipped
    }

    /// Copies what was taken of the network, where somebody keeps it.
    pub(crate) fn received(&mut self, record: &[u8]) {
        if let Some(tap) = &mut self.cx.egress.tap {
            tap.received(record);
        }
    }

    /// The session that runs.
    pub fn session(&self) -> SessionId {
        self.cx.session
    }

    /// The frame on input `port`, or `None` when nothing came: treat that as silence.
    pub fn input(&self, port: usize) -> Option<(&FrameInfo, &[f32])> {
        let frame = (*self.inputs.get(port)?)?;
        let pool = self.own.as_deref().unwrap_or(&self.cx.frames);
        Some((pool.info(frame), pool.samples(frame)))
    }

    /// The slot of output `port`, filled with silence, and marked as produced. `None` if there is no such port.
    pub fn output(&mut self, port: usize) -> Option<(&mut FrameInfo, &mut [f32])> {
        let (info, samples) = self.raw_output(port)?;
        // The slot's last use may have been another call's: nothing of it may be heard here.
        samples.fill(0.0);
        *info = FrameInfo::default();
        Some((info, samples))
    }

    /// As [`Io::output`] with whatever the slot held before: the caller writes all of it.
    pub(crate) fn raw_output(&mut self, port: usize) -> Option<(&mut FrameInfo, &mut [f32])> {
        let Output { slot: frame, length, .. } = *self.outputs.get(port)?;
        self.produced |= 1 << port;
        let (info, samples) = self.pool().slot_mut(frame);
        Some((info, &mut samples[..length.into()]))
    }

    fn pool(&mut self) -> &mut FramePool {
        self.own.as_deref_mut().unwrap_or(&mut self.cx.frames)
    }

    /// Output 0 with the content of input 0, to be changed in place. `None` when nothing came in.
    ///
    /// Where the compiler gave both the same slot this copies nothing.
    pub fn through(&mut self) -> Option<(&mut FrameInfo, &mut [f32])> {
        let from = (*self.inputs.first()?)?;
        let Output { slot: to, length, .. } = *self.outputs.first()?;
        let length = usize::from(length);
        self.produced |= 1;
        let pool = self.pool();
        if from != to
            && let Some(((from_info, from), (to_info, to))) = pool.pair(from, to)
        {
            *to_info = *from_info;
            to[..length].copy_from_slice(&from[..length]);
        }
        let (info, samples) = pool.slot_mut(to);
        Some((info, &mut samples[..length]))
    }

    /// Input `port` to read and output `out` to write, in different slots; marks the output as
    /// produced. `None` when nothing came in, or when both are one slot (see [`Io::through`]).
    #[expect(clippy::type_complexity, reason = "two frames, each in its two halves")]
    pub fn pair(&mut self, port: usize, out: usize) -> Option<((&FrameInfo, &[f32]), (&mut FrameInfo, &mut [f32]))> {
        let from = (*self.inputs.get(port)?)?;
        let Output { slot: to, length, .. } = *self.outputs.get(out)?;
        if from == to {
            return None;
        }
        self.produced |= 1 << out;
        let (read, (info, samples)) = self.pool().pair(from, to)?;
        Some((read, (info, &mut samples[..length.into()])))
    }

    /// The frame on input `port` beside the place for what this leg tells the far one.
    pub fn input_and_far(&mut self, port: usize) -> Option<(&FrameInfo, &[f32], &mut FarFrame)> {
        let frame = (*self.inputs.get(port)?)?;
        let pool = self.own.as_deref().unwrap_or(&self.cx.frames);
        Some((pool.info(frame), pool.samples(frame), &mut self.cx.exchange.outgoing))
    }

    /// The slot of output `port`, marked as produced, beside what the far leg says.
    pub fn output_and_far(&mut self, port: usize) -> Option<(&mut FrameInfo, &mut [f32], &mut FarFrame)> {
        let Output { slot: frame, length, .. } = *self.outputs.get(port)?;
        self.produced |= 1 << port;
        let TickContext { frames, exchange, .. } = &mut *self.cx;
        let pool = self.own.as_deref_mut().unwrap_or(frames);
        let (info, samples) = pool.slot_mut(frame);
        Some((info, &mut samples[..length.into()], &mut exchange.incoming))
    }

    /// Reports something; it reaches the host as an event of this session and node.
    pub fn emit(&mut self, kind: NodeEventKind) {
        self.cx.events.push(self.node, kind);
    }

    /// Audio and packets to and from the far leg.
    pub fn exchange(&mut self) -> &mut Exchange {
        &mut self.cx.exchange
    }

    /// What came from the far leg beside the rings to the I/O threads.
    pub fn far_and_egress(&mut self) -> (&mut Exchange, &mut Egress) {
        (&mut self.cx.exchange, &mut self.cx.egress)
    }
}
