//! What a node sees of one tick: its frames, the far leg, the network, and a place for events.

use crate::frame::{FrameInfo, FramePool, FrameRef};
use crate::graph::{Exchange, FarFrame, NodeEventKind, NodeEvents};
use crate::rt::Egress;
use crate::types::{NodeId, SessionId, Tick};

/// What all nodes of a session share during one tick. Owned by the worker, so it stays in cache.
pub struct TickContext<'a> {
    /// The nominal tick.
    pub tick: Tick,
    /// Ticks that the worker skipped just before this one.
    pub skipped: u32,
    /// The session that runs.
    pub session: SessionId,
    /// Frame slots lent to graphs whose frames do not outlive their half of the tick.
    pub frames: &'a mut FramePool,
    /// Audio and packets to and from the far leg.
    pub exchange: &'a mut Exchange,
    /// Rings to the I/O threads.
    pub egress: &'a mut Egress,
    /// Collects what nodes report.
    pub events: &'a mut NodeEvents,
}

/// One node's view of one tick.
pub struct Io<'a> {
    pub(crate) pool: &'a mut FramePool,
    /// The frame on each input, if one came this tick.
    pub(crate) inputs: &'a [Option<FrameRef>],
    /// The slot that the compiler gave to each output.
    pub(crate) outputs: &'a [FrameRef],
    /// Samples of each output's frame.
    pub(crate) lengths: &'a [u16],
    /// Bit `i`: output `i` was written this tick. The other outputs send nothing.
    pub(crate) produced: u32,
    pub(crate) node: NodeId,
    pub(crate) tick: Tick,
    pub(crate) skipped: u32,
    pub(crate) session: SessionId,
    pub(crate) exchange: &'a mut Exchange,
    pub(crate) egress: &'a mut Egress,
    pub(crate) events: &'a mut NodeEvents,
}

impl Io<'_> {
    /// The nominal tick.
    pub fn tick(&self) -> Tick {
        self.tick
    }

    /// Ticks that the worker skipped just before this one; their audio never existed.
    pub fn skipped(&self) -> u32 {
        self.skipped
    }

    /// The session that runs.
    pub fn session(&self) -> SessionId {
        self.session
    }

    /// The frame on input `port`, or `None` when nothing came: treat that as silence.
    pub fn input(&self, port: usize) -> Option<(&FrameInfo, &[f32])> {
        let frame = (*self.inputs.get(port)?)?;
        Some((self.pool.info(frame), self.pool.samples(frame)))
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
        let frame = *self.outputs.get(port)?;
        let length = *self.lengths.get(port)? as usize;
        self.produced |= 1 << port;
        let (info, samples) = self.pool.slot_mut(frame);
        Some((info, &mut samples[..length]))
    }

    /// Output 0 with the content of input 0, to be changed in place. `None` when nothing came in.
    ///
    /// Where the compiler gave both the same slot this copies nothing.
    pub fn through(&mut self) -> Option<(&mut FrameInfo, &mut [f32])> {
        let from = (*self.inputs.first()?)?;
        let to = *self.outputs.first()?;
        let length = *self.lengths.first()? as usize;
        if let Some(((from_info, from), (to_info, to))) = self.pool.pair(from, to) {
            *to_info = *from_info;
            to[..length].copy_from_slice(&from[..length]);
        }
        self.produced |= 1;
        let (info, samples) = self.pool.slot_mut(to);
        Some((info, &mut samples[..length]))
    }

    /// Input `port` to read and output `out` to write, in different slots; marks the output as
    /// produced. `None` when nothing came in, or when both are one slot (see [`Io::through`]).
    #[expect(clippy::type_complexity, reason = "two frames, each in its two halves")]
    pub fn pair(&mut self, port: usize, out: usize) -> Option<((&FrameInfo, &[f32]), (&mut FrameInfo, &mut [f32]))> {
        let from = (*self.inputs.get(port)?)?;
        let to = *self.outputs.get(out)?;
        let length = *self.lengths.get(out)? as usize;
        let (read, (info, samples)) = self.pool.pair(from, to)?;
        self.produced |= 1 << out;
        Some((read, (info, &mut samples[..length])))
    }

    /// The frame on input `port` beside the place for what this leg tells the far one.
    pub fn input_and_far(&mut self, port: usize) -> Option<(&FrameInfo, &[f32], &mut FarFrame)> {
        let frame = (*self.inputs.get(port)?)?;
        Some((self.pool.info(frame), self.pool.samples(frame), &mut self.exchange.outgoing))
    }

    /// The slot of output `port`, marked as produced, beside what the far leg says.
    pub fn output_and_far(&mut self, port: usize) -> Option<(&mut FrameInfo, &mut [f32], &mut FarFrame)> {
        let frame = *self.outputs.get(port)?;
        let length = *self.lengths.get(port)? as usize;
        self.produced |= 1 << port;
        let (info, samples) = self.pool.slot_mut(frame);
        Some((info, &mut samples[..length], &mut self.exchange.incoming))
    }

    /// Reports something; it reaches the host as an event of this session and node.
    pub fn emit(&mut self, kind: NodeEventKind) {
        self.events.push(self.node, kind);
    }

    /// Audio and packets to and from the far leg.
    pub fn exchange(&mut self) -> &mut Exchange {
        self.exchange
    }

    /// What came from the far leg beside the rings to the I/O threads.
    pub fn far_and_egress(&mut self) -> (&mut Exchange, &mut Egress) {
        (self.exchange, self.egress)
    }
}
