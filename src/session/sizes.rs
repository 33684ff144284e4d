//! What follows from a spec: the codecs each way, and the sizes of rings and buffers.

use crate::buffer::JitterConfig;
use crate::codec::CodecSpec;
use crate::session::{MAX_DATAGRAM, SessionSpec};

impl SessionSpec {
    /// Bytes of the ingress ring.
    pub(crate) fn ring_bytes(&self) -> usize {
        let largest = (self.largest_payload() + 32).min(MAX_DATAGRAM);
        let packets = (8 * largest * self.copies()).next_power_of_two();
        // What a network that was away delivers at once, in packets of 20 ms.
        let second = (50 * (self.payload_of(2) + PACKET_OVERHEAD)).min(16 * 1_024).next_multiple_of(4 * 1_024);
        self.ingress_bytes.unwrap_or(packets.max(second)).max(4 * 1_024)
    }

    /// The jitter buffer's bounds, with room for the codec's packets of 60 ms.
    pub(crate) fn jitter_bounds(&self) -> JitterConfig {
        let largest = self.largest_payload().min(MAX_DATAGRAM) as u16;
        self.jitter.max_payload(self.jitter.max_payload.max(largest))
    }

    /// The codecs received, the session's own first.
    pub(crate) fn receives(&self) -> Vec<CodecSpec> {
        std::iter::once(self.codec).chain(self.also.iter().copied()).collect()
    }

    /// The codec sent.
    pub(crate) fn sends(&self) -> CodecSpec {
        let codec = self.send.unwrap_or(self.codec);
        self.send_as.map_or(codec, |payload_type| codec.under(payload_type))
    }

    /// Bytes of 60 ms of the codec that needs most.
    fn largest_payload(&self) -> usize {
        self.payload_of(6)
    }

    /// Bytes of so many ticks of the codec that needs most.
    fn payload_of(&self, ticks: usize) -> usize {
        let bytes = |codec: &CodecSpec| codec.payload_bytes(codec.rate.per_tick() * ticks);
        self.receives().iter().map(bytes).max().unwrap_or(0)
    }

    /// Ticks in one packet sent.
    pub(crate) fn packet_ticks(&self) -> usize {
        self.ptime.ticks() as usize
    }
}

/// What a packet takes in the ring beside its payload: time of arrival, RTP header, length.
const PACKET_OVERHEAD: usize = 8 + 12 + 4;
