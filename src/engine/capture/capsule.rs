//! What a capture gives out.

use std::sync::Arc;

use crate::engine::Direction;
use crate::quality::Alert;
use crate::session::SessionSpec;
use crate::types::{Micros, SessionId, Tick};

/// A leg's packets over a time, with what is needed to play them again.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Capsule {
    /// Whose.
    pub session: SessionId,
    /// Why it was given out.
    pub trigger: Trigger,
    /// It begins before the session's first packet, and none is missing: a replay is exact.
    pub whole: bool,
    /// Packets that are not in it any more, since they were too old or too many.
    pub overwritten: u64,
    /// Packets that never were in it, since the control side did not take them in time.
    pub lost: u64,
    /// The packets, in the order in which they were taken and sent.
    pub packets: Vec<CapturedPacket>,
    /// What the session was when it was given out.
    pub(crate) spec: SessionSpec,
}

/// One datagram of a leg.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CapturedPacket {
    /// Inbound: from the party.
    pub direction: Direction,
    /// The tick in which the worker took or sent it.
    pub tick: Tick,
    /// When it arrived, by the host's stamp; of what was sent the start of its tick.
    pub time: Micros,
    /// RTP, with its header.
    pub datagram: Arc<[u8]>,
}

/// Why a capsule was given out.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Trigger {
    /// [`Control::dump`](crate::Control::dump).
    Asked,
    /// An alert of the session's quality.
    Alert(Alert),
    /// The session's end.
    End,
}

impl Capsule {
    /// Packets of one direction.
    pub fn packets(&self, direction: Direction) -> impl Iterator<Item = &CapturedPacket> {
        self.packets.iter().filter(move |packet| packet.direction == direction)
    }
}
