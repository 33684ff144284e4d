//! One time line of a stream whose codecs count time at different rates (RFC 7160).
//!
//! Playout counts in one clock for the whole call. Where the sender changes to a codec of another clock
//! under the same SSRC, its timestamps go on from the old ones and count at the new rate from there
//! (§4.2). Who counts otherwise is noticed as a jump by the stream itself.

use crate::types::Ssrc;

/// Timestamps of several clocks on one.
#[derive(Clone, Debug)]
pub struct Clocks {
    reference: u32,
    now: Stretch,
    /// Packets from before the last change may still be under way.
    before: Option<Stretch>,
    ssrc: Option<Ssrc>,
    highest: u16,
    changes: u32,
}

/// A part of the stream with one clock.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    clock: u32,
    /// Its first timestamp, and what became of that.
    from: u32,
    to: u32,
}

impl Stretch {
    fn map(&self, timestamp: u32, reference: u32) -> u32 {
        if self.clock == reference {
            return timestamp.wrapping_sub(self.from).wrapping_add(self.to);
        }
        let units = i64::from(timestamp.wrapping_sub(self.from) as i32);
        self.to.wrapping_add((units * i64::from(reference)).div_euclid(i64::from(self.clock)) as u32)
    }
}

impl Clocks {
    /// A stream that begins at `reference` Hz, which all timestamps are converted to.
    pub fn new(reference: u32) -> Self {
        let reference = reference.max(1);
        let now = Stretch { clock: reference, from: 0, to: 0 };
        Self { reference, now, before: None, ssrc: None, highest: 0, changes: 0 }
    }

    /// The rate that timestamps are converted to.
    pub fn reference(&self) -> u32 {
        self.reference
    }

    /// Times that the clock changed: numbers the parts of the stream.
    pub fn changes(&self) -> u32 {
        self.changes
    }

    /// Whether timestamps of `clock` are taken as they are.
    pub fn is_plain(&self, clock: u32) -> bool {
        clock == self.now.clock && clock == self.reference && self.now.from == self.now.to
    }

    /// A span of `clock` on the reference clock.
    pub fn scale(&self, units: u32, clock: u32) -> u32 {
        (u64::from(units) * u64::from(self.reference) / u64::from(clock.max(1))) as u32
    }

    /// The timestamp of a packet on the reference clock. Real-time.
    pub fn place(&mut self, sequence: u16, timestamp: u32, ssrc: Ssrc, clock: u32) -> u32 {
        let clock = clock.max(1);
        let ahead = self.ssrc != Some(ssrc) || sequence.wrapping_sub(self.highest) as i16 > 0;
        if clock != self.now.clock {
            match self.before.filter(|before| !ahead && before.clock == clock) {
                Some(before) => return before.map(timestamp, self.reference),
                None => {
                    let to = self.now.map(timestamp, self.reference);
                    let start = Stretch { clock, from: timestamp, to };
                    self.before = Some(std::mem::replace(&mut self.now, start));
                    self.changes = self.changes.wrapping_add(1);
                }
            }
        }
        if ahead {
            (self.highest, self.ssrc) = (sequence, Some(ssrc));
        }
        self.now.map(timestamp, self.reference)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SSRC: Ssrc = Ssrc(7);

    #[test]
    fn the_reference_clock_passes_as_it_is() {
        let mut clocks = Clocks::new(8_000);
        for timestamp in [u32::MAX - 100, 60, 220] {
            assert_eq!(clocks.place(1, timestamp, SSRC, 8_000), timestamp);
        }
        assert!(clocks.is_plain(8_000) && !clocks.is_plain(16_000));
    }

    #[test]
    fn a_new_clock_counts_on_from_where_the_old_one_was() {
        let mut clocks = Clocks::new(8_000);
        assert_eq!(clocks.place(10, 4_000, SSRC, 8_000), 4_000);
        // 20 ms later by the old clock, and from there on by the new one.
        assert_eq!(clocks.place(11, 4_160, SSRC, 48_000), 4_160);
        assert_eq!(clocks.place(12, 5_120, SSRC, 48_000), 4_320);
        assert_eq!(clocks.place(13, 6_080, SSRC, 8_000), 4_480);
        assert_eq!(clocks.place(14, 6_240, SSRC, 8_000), 4_640);
        assert!(!clocks.is_plain(8_000));
    }

    #[test]
    fn a_packet_from_before_the_change_keeps_its_clock() {
        let mut clocks = Clocks::new(8_000);
        assert_eq!(clocks.place(10, 4_000, SSRC, 8_000), 4_000);
        assert_eq!(clocks.place(12, 4_320, SSRC, 16_000), 4_320);
        assert_eq!(clocks.place(11, 4_160, SSRC, 8_000), 4_160);
        assert_eq!(clocks.place(13, 4_640, SSRC, 16_000), 4_480);
        assert_eq!(clocks.changes(), 1);
    }
}
