//! The last step of a packet: repetitions go in, and it leaves.

use crate::rt::Egress;
use crate::rtp::red::RedHistory;
use crate::rtp::{RTP_HEADER_BYTES, RtpHeader};
use crate::types::{IoGroup, PayloadType};

/// Largest datagram that is made: Ethernet's payload, less the headers of IP version 6 and UDP.
const MAX_DATAGRAM: usize = 1_500 - 48;

/// The redundancy of a stream (RFC 2198).
#[derive(Debug)]
pub(super) struct Red {
    payload_type: PayloadType,
    history: RedHistory,
    out: Box<[u8]>,
}

impl Red {
    /// Repeats payloads of up to `max_payload` bytes `levels` times, each `distance` packets later. Allocates.
    pub fn new(payload_type: PayloadType, levels: u8, distance: u8, max_payload: usize) -> Self {
        let history = RedHistory::spaced(levels, distance, max_payload);
        // A payload that alone is larger goes out alone.
        let room = history.max_bytes(max_payload).min(MAX_DATAGRAM - RTP_HEADER_BYTES).max(1 + max_payload);
        Self { payload_type, history, out: vec![0; room].into_boxed_slice() }
    }

    /// What was sent before a hole in the time line is not repeated after it.
    pub fn clear(&mut self) {
        self.history.clear();
    }
}

/// The way out of a session.
pub(super) struct Way<'a> {
    pub egress: &'a mut Egress,
    pub io: IoGroup,
    pub tag: u64,
    /// The time line's present, by which timestamps are unwrapped.
    pub now: u64,
}

impl Way<'_> {
    /// Sends a packet, with repetitions where the stream has them; `false` if it was dropped. Real-time.
    pub fn ship(&mut self, red: Option<&mut Red>, header: RtpHeader, payload: &[u8]) -> bool {
        let Some(red) = red else {
            return self.egress.send(self.io, self.tag, &[&header.to_bytes(), payload]);
        };
        let timestamp = self.now.wrapping_add_signed(header.timestamp.wrapping_sub(self.now as u32) as i32 as i64);
        let Some(length) = red.history.wrap(header.payload_type, timestamp, payload, &mut red.out) else {
            return false;
        };
        let header = RtpHeader { payload_type: red.payload_type, ..header };
        self.egress.send(self.io, self.tag, &[&header.to_bytes(), &red.out[..length]])
    }
}
