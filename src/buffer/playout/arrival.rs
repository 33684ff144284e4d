//! What comes in, and what becomes of it.

use crate::types::{Micros, Ssrc};

/// A received RTP packet. The caller builds it, so its fields are all there will be.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// Sequence number, as on the wire.
    pub sequence: u16,
    /// Timestamp, as on the wire.
    pub timestamp: u32,
    /// Marker bit: for audio the start of a talk spurt. Playout goes by the timestamps instead.
    pub marker: bool,
    /// Source.
    pub ssrc: Ssrc,
    /// Payload without header and padding.
    pub payload: &'a [u8],
    /// When it arrived, in engine time.
    pub arrival: Micros,
}

/// Where an accepted packet lies in its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Placed {
    /// Sequence number, unwrapped.
    pub sequence: u64,
    /// Timestamp, unwrapped.
    pub timestamp: u64,
    /// Changes with every change of source, and with every new time line of one.
    pub epoch: u32,
}

impl Placed {
    /// A packet of a source whose audio is not played: its numbers as on the wire.
    pub fn foreign(sequence: u16, timestamp: u32, ssrc: Ssrc) -> Self {
        Self { sequence: sequence.into(), timestamp: timestamp.into(), epoch: ssrc.0 }
    }
}

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Inserted {
    /// It waits for its playout.
    Accepted(Placed),
    /// It waits, and one with a higher sequence number came before it.
    Reordered(Placed),
    /// It waits, and is the first of a new source.
    SourceSwitched(Placed),
    /// It waits, and is the first after a jump of sequence or timestamp.
    Resynced(Placed),
    /// Dropped: it came twice.
    Duplicate,
    /// Dropped: its time is over, or its source was left a moment ago.
    Late,
    /// Dropped: its payload is larger than configured, or longer than 120 ms.
    TooLarge,
    /// Dropped: as many packets wait as configured.
    Overflow,
    /// Dropped: the decoder does not know such a payload.
    Malformed,
    /// Dropped: far from the sequence, and alone there.
    Wild,
}

impl Inserted {
    /// Where the packet lies, if it was accepted.
    pub fn placed(&self) -> Option<Placed> {
        match *self {
            Self::Accepted(p) | Self::Reordered(p) | Self::SourceSwitched(p) | Self::Resynced(p) => Some(p),
            _ => None,
        }
    }
}
