//! Where the delay of one way comes from: a ledger, line by line.

use serde::Serialize;

/// The delay from one party's mouth to what the other party is sent, in microseconds.
///
/// A sample's delay is the time from when it was said to when it would sound if whoever gets the packet played it at
/// once. The lines from `buffer_us` on are the engine's own: from a packet's arrival to the departure of the one that has
/// its audio, both counted at the same sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DelayLedger {
    /// What the party needs to fill a packet, its codec's look-ahead included.
    pub packet_us: u64,
    /// Half of the round trip, once RTCP has shown it.
    pub network_us: Option<u64>,
    /// In the jitter buffer: of the frame played last.
    pub buffer_us: u64,
    /// What the jitter buffer aims at.
    pub target_us: u64,
    /// Of the decoder of what is received.
    pub decode_us: u64,
    /// Of resamplers and nodes between decoder and encoder.
    pub process_us: u64,
    /// Of the room, if they are in one.
    pub mix_us: u64,
    /// Look-ahead of the encoder of what is sent.
    pub encode_us: u64,
    /// Until the packet sent is full: all of it but its last 10 ms, which leave as they come.
    pub packetise_us: u64,
}

impl DelayLedger {
    /// The engine's own part.
    pub fn within_us(&self) -> u64 {
        let audio = self.buffer_us + self.decode_us + self.process_us;
        audio + self.mix_us + self.encode_us + self.packetise_us
    }

    /// From the mouth to the departure; `None` as long as the network's part is not known.
    pub fn total_us(&self) -> Option<u64> {
        Some(self.packet_us + self.network_us? + self.within_us())
    }

    /// The same with a network that takes no time where it is not known, in milliseconds: the least that it can be.
    pub fn least_ms(&self) -> f64 {
        (self.packet_us + self.network_us.unwrap_or(0) + self.within_us()) as f64 / 1e3
    }
}
