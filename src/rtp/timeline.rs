//! The outgoing stream's sequence numbers and timestamps: one line that never breaks, whether
//! packets are encoded here or relayed from another source.

use crate::rtp::{Payload, RelayPacket, RtpHeader};
use crate::types::{PayloadType, Ssrc};

/// Sequence numbers that a source may jump ahead before it counts as a new one (RFC 3550 A.1, MAX_DROPOUT).
const MAX_DROPOUT: u64 = 3_000;

/// Who the stream is on the wire, and where it starts.
#[derive(Clone, Copy, Debug)]
pub struct SendIdentity {
    /// SSRC of every packet.
    pub ssrc: Ssrc,
    /// First sequence number.
    pub sequence: u16,
    /// First timestamp.
    pub timestamp: u32,
}

/// How relayed numbers map to ours.
#[derive(Clone, Copy, Debug)]
struct Mapping {
    source: u32,
    /// Sequence and timestamp of the source that became `to`.
    from: (u64, u64),
    to: (u64, u64),
    /// Highest sequence number seen from the source.
    highest: u64,
    /// How far the last packet's timestamp was ahead of our time.
    ahead: i64,
}

/// Numbers the packets of one outgoing RTP stream.
#[derive(Clone, Debug)]
pub struct Timeline {
    ssrc: Ssrc,
    payload_type: PayloadType,
    /// The next unused sequence number, unwrapped.
    sequence: u64,
    /// Timestamp of the current tick's first sample, unwrapped.
    now: u64,
    /// End of the last packet sent.
    end: u64,
    mapping: Option<Mapping>,
    /// The next packet starts anew: it gets the marker bit (RFC 3551 §4.1).
    fresh: bool,
    /// Furthest that a relayed timestamp may stray from our time, in clock ticks.
    stray: u64,
}

impl Timeline {
    /// A stream at its start, on an RTP clock of `clock_rate` Hz.
    pub fn new(identity: SendIdentity, payload_type: PayloadType, clock_rate: u32) -> Self {
        let SendIdentity { ssrc, sequence, timestamp } = identity;
        // A whole wrap ahead, so that going back never underflows.
        let (sequence, now) = ((1 << 16) + u64::from(sequence), (1 << 32) + u64::from(timestamp));
        let stray = 5 * u64::from(clock_rate);
        Self { ssrc, payload_type, sequence, now, end: now, mapping: None, fresh: true, stray }
    }

    /// Timestamp of the current tick's first sample, unwrapped. Real-time.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// The stream's source.
    pub fn ssrc(&self) -> Ssrc {
        self.ssrc
    }

    /// The RTP timestamp of what is sent now: that of the current tick's first sample, or where packets are relayed, that
    /// of the last of them with the time that has passed since. Real-time.
    pub fn clock(&self) -> u32 {
        self.now.wrapping_add_signed(self.mapping.map_or(0, |mapping| mapping.ahead)) as u32
    }

    /// Lets `clock_ticks` pass, sent or not. Real-time.
    pub fn advance(&mut self, clock_ticks: u64) {
        self.now += clock_ticks;
    }

    /// Leaves a hole of `clock_ticks` in the stream; the packet after it is marked. Real-time.
    pub fn skip(&mut self, clock_ticks: u64) {
        self.now += clock_ticks;
        self.fresh = true;
    }

    /// Goes on under another payload type, counting at another rate from `now` on (RFC 7160 §4.2). Real-time.
    pub fn go_on_as(&mut self, payload_type: PayloadType, clock_rate: u32, now: u64) {
        let stray = 5 * u64::from(clock_rate);
        let changes = stray != self.stray;
        (self.payload_type, self.stray, self.now) = (payload_type, stray, now);
        if changes {
            // What was relayed counted otherwise, and may lie ahead of our time.
            self.start();
        }
    }

    /// The current timestamp, never before the end of what was sent. Ends relaying. Real-time.
    pub fn start(&mut self) -> u64 {
        if self.mapping.take().is_some() {
            self.fresh = true;
            self.now = self.now.max(self.end);
        }
        self.now
    }

    /// Nothing is sent for a while: the first packet of the next talk spurt is marked (RFC 3551 §4.1). Real-time.
    pub fn pause(&mut self) {
        self.fresh = true;
    }

    /// Numbers a packet of our own with `duration` clock ticks of audio from `timestamp` on; one
    /// that describes a pause is not marked. Real-time.
    pub fn packet(&mut self, timestamp: u64, duration: u64, paused: bool) -> RtpHeader {
        let marker = !paused && std::mem::take(&mut self.fresh);
        let header = self.header(self.sequence, timestamp, marker);
        self.sequence += 1;
        self.end = timestamp + duration;
        header
    }

    /// Numbers a packet of another payload that starts at `timestamp` and leaves the audio's time line
    /// as it is: an event, or comfort noise. Real-time.
    pub fn beside(&mut self, payload_type: PayloadType, timestamp: u64, marker: bool) -> RtpHeader {
        let header = self.header(self.sequence, timestamp, marker);
        self.sequence += 1;
        RtpHeader { payload_type, ..header }
    }

    /// Numbers a relayed packet, keeping the source's gaps and order; `None` for one from before
    /// the relay began, whose place in our sequence is taken. Real-time.
    pub fn relay(&mut self, packet: &RelayPacket<'_>, duration: u64) -> Option<RtpHeader> {
        let known = self.mapping.filter(|m| {
            let ahead = m.to.1.wrapping_add(packet.timestamp.wrapping_sub(m.from.1));
            m.source == packet.source
                && packet.sequence < m.highest + MAX_DROPOUT
                // A long event keeps the timestamp of its start.
                && (ahead.abs_diff(self.now) < self.stray || packet.kind == Payload::Event)
        });
        let mut mapping = known.unwrap_or_else(|| {
            self.fresh = true;
            let to = (self.sequence, self.now.max(self.end));
            let (source, from) = (packet.source, (packet.sequence, packet.timestamp));
            Mapping { source, from, to, highest: packet.sequence, ahead: 0 }
        });
        mapping.highest = mapping.highest.max(packet.sequence);
        let place = packet.sequence.checked_sub(mapping.from.0).map(|past| mapping.to.0 + past);
        let timestamp = mapping.to.1.wrapping_add(packet.timestamp.wrapping_sub(mapping.from.1));
        mapping.ahead = timestamp.wrapping_sub(self.now) as i64;
        self.mapping = Some(mapping);
        let sequence = place?;
        // The marker of other payloads means something else.
        let fresh = packet.kind == Payload::Audio && std::mem::take(&mut self.fresh);
        let marker = packet.marker | fresh;
        self.sequence = self.sequence.max(sequence + 1);
        self.end = self.end.max(timestamp + duration);
        Some(self.header(sequence, timestamp, marker))
    }

    fn header(&self, sequence: u64, timestamp: u64, marker: bool) -> RtpHeader {
        RtpHeader {
            marker,
            payload_type: self.payload_type,
            sequence: sequence as u16,
            timestamp: timestamp as u32,
            ssrc: self.ssrc,
        }
    }
}
