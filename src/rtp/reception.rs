//! What came of one source by its sequence numbers, for the report blocks of RTCP (RFC 3550 A.1 and A.3).

use crate::types::Ssrc;

/// Sequence numbers that a source may jump ahead, or lie behind, before it counts from anew.
const MAX_DROPOUT: u16 = 3_000;
const MAX_MISORDER: u16 = 100;

/// Counts of the source that is received now. A source that is new, or that numbers anew, begins at zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reception {
    /// The source.
    pub ssrc: Ssrc,
    /// Packets that came, late ones and copies included.
    pub received: u64,
    /// First sequence number, with wraps in the upper bits.
    base: u64,
    /// Highest sequence number so far, likewise.
    highest: u64,
    /// Where a jump would go on: a second packet behind it proves that it was no stray one.
    bad: Option<u16>,
}

impl Reception {
    /// Takes note of a packet. Real-time: some comparisons.
    pub fn arrived(&mut self, ssrc: Ssrc, sequence: u16) {
        if self.received == 0 || ssrc != self.ssrc {
            return self.begin(ssrc, sequence);
        }
        let ahead = sequence.wrapping_sub(self.highest as u16);
        if ahead < MAX_DROPOUT {
            self.highest += u64::from(ahead);
        } else if ahead <= u16::MAX - MAX_MISORDER {
            if self.bad != Some(sequence) {
                self.bad = Some(sequence.wrapping_add(1));
                return;
            }
            return self.begin(ssrc, sequence);
        }
        self.bad = None;
        self.received += 1;
    }

    /// Highest sequence number, extended by the count of wraps to 32 bits.
    pub fn highest(&self) -> u32 {
        self.highest as u32
    }

    /// Packets that the source has sent since the first one heard, as far as is known.
    pub fn expected(&self) -> u64 {
        if self.received == 0 { 0 } else { self.highest - self.base + 1 }
    }

    fn begin(&mut self, ssrc: Ssrc, sequence: u16) {
        let place = u64::from(sequence);
        *self = Self { ssrc, received: 1, base: place, highest: place, bad: None };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_losses_and_copies_count_as_in_rfc_3550() {
        let mut seen = Reception::default();
        assert_eq!(seen.expected(), 0);
        for sequence in [65_533u16, 65_535, 65_534, 65_534, 0, 3, 2] {
            seen.arrived(Ssrc(7), sequence);
        }
        assert_eq!((seen.expected(), seen.received, seen.highest()), (7, 7, (1 << 16) + 3));
        // A stray packet is none of the source; two in a row are a source that numbers anew.
        seen.arrived(Ssrc(7), 30_000);
        assert_eq!(seen.received, 7);
        seen.arrived(Ssrc(7), 4);
        seen.arrived(Ssrc(7), 30_000);
        seen.arrived(Ssrc(7), 30_001);
        assert_eq!((seen.expected(), seen.received, seen.highest()), (1, 1, 30_001));
        seen.arrived(Ssrc(8), 5);
        assert_eq!((seen.ssrc, seen.expected()), (Ssrc(8), 1));
    }
}
