//! The four bytes of a report (RFC 4733 §2.3), and the packets that carry it.

use crate::types::Ssrc;

/// Bytes of one report.
pub const EVENT_BYTES: usize = 4;

/// Reports in one packet that are read at most: consecutive events, packed (RFC 4733 §2.5.1.5).
pub const MAX_BLOCKS: usize = 8;

/// What one report says about an event. RFC 4733 fixes the fields, so it is exhaustive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventReport {
    /// Which event: 0 to 9 are digits, 10 is `*`, 11 is `#`, 12 to 15 are `A` to `D`, 16 is the hook flash.
    pub code: u8,
    /// The event has ended, and the duration is its whole one.
    pub end: bool,
    /// Power of a tone, 0 to 63, in dBm0 with the sign dropped.
    pub volume: u8,
    /// How long the event, or the segment of a long one, has lasted so far, in units of the events' clock.
    pub duration: u16,
}

impl EventReport {
    /// The report on the wire; the reserved bit is zero.
    pub const fn to_bytes(self) -> [u8; EVENT_BYTES] {
        let [high, low] = self.duration.to_be_bytes();
        [self.code, (self.end as u8) << 7 | (self.volume & 0x3f), high, low]
    }

    const fn from_bytes([code, flags, high, low]: [u8; EVENT_BYTES]) -> Self {
        let duration = u16::from_be_bytes([high, low]);
        Self { code, end: flags & 0x80 != 0, volume: flags & 0x3f, duration }
    }

    /// The reports in a payload, first event first. `None` for what is no payload of events: no whole
    /// number of reports, none at all, or more than [`MAX_BLOCKS`]. Real-time.
    pub fn parse(payload: &[u8]) -> Option<impl ExactSizeIterator<Item = Self> + Clone + '_> {
        let (blocks, rest) = payload.as_chunks::<EVENT_BYTES>();
        let whole = rest.is_empty() && (1..=MAX_BLOCKS).contains(&blocks.len());
        whole.then(|| blocks.iter().map(|block| Self::from_bytes(*block)))
    }
}

/// A packet of events, as far as an event stream is concerned. The caller builds it, so it is exhaustive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventPacket<'a> {
    /// Who sends.
    pub ssrc: Ssrc,
    /// Start of the first event in the payload.
    pub timestamp: u32,
    /// The first packet of an event.
    pub marker: bool,
    /// Reports.
    pub payload: &'a [u8],
}
