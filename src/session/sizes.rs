//! What follows from a spec: the codecs each way, and the sizes of rings and buffers.

use crate::buffer::JitterConfig;
use crate::codec::CodecSpec;
use crate::session::{MAX_DATAGRAM, SessionSpec};

impl SessionSpec {
    /// Bytes of the ingress ring.
    pub(crate) fn ring_bytes(&self) -> usize {
        let largest = (self.largest_payload() + 32).min(MAX_DATAGRAM);
        self.ingress_bytes.unwrap_or((8 * largest * self.copies()).next_power_of_two()).max(4 * 1_024)
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
        let bytes = |codec: &CodecSpec| codec.payload_bytes(codec.rate.per_tick() * 6);
        self.receives().iter().map(bytes).max().unwrap_or(0)
    }

    /// Ticks in one packet sent.
    pub(crate) fn packet_ticks(&self) -> usize {
        self.ptime.ticks() as usize
    }
}
