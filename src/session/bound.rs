//! What a session may take of memory, told before it is made.

use crate::frame::FrameInfo;
use crate::graph::nodes::{Piece, TapFrame, Wanted};
use crate::quality::SessionStats;
use crate::session::{NODE_WORDS, SessionSpec};

/// Bytes that a session of this spec takes at most, rings and jitter buffer included.
pub(crate) fn memory_bound(spec: &SessionSpec) -> usize {
    let frame = spec.codec.rate.per_tick() * size_of::<f32>() + size_of::<FrameInfo>();
    let bounds = spec.jitter_bounds();
    let jitter = usize::from(bounds.capacity) * (usize::from(bounds.max_payload) + PACKET_BYTES);
    let published = (SessionStats::WORDS + NODE_WORDS) * size_of::<u64>() + Wanted::BYTES;
    let frames = GRAPH_FRAMES + PLAYOUT_FRAMES + spec.packet_ticks();
    let program = spec.external.map_or(0, |external| {
        external.places() * size_of::<Piece>() + external.heard.ticks() as usize * size_of::<TapFrame>()
    });
    let voice = spec.processing.memory(spec.codec.rate);
    voice + program + spec.ring_bytes() + jitter + frames * frame + published + spec.payload_bound() + FIXED_BYTES
}

/// Frames between the nodes of a leg, at most.
const GRAPH_FRAMES: usize = 8;

/// Audio in the playout of a leg, in frames: 180 ms decoded and waiting, and twice 50 ms of what was played.
const PLAYOUT_FRAMES: usize = 28;

/// What the jitter buffer keeps of a packet beside its payload.
const PACKET_BYTES: usize = 64;

/// Nodes, plan, links, topology and the allocator's own overhead (measured by graph-tests, rounded up).
const FIXED_BYTES: usize = 8 * 1_024;
