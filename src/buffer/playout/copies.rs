//! Senders that send each packet again, some packets later: which of the packets stood in for a lost one.

/// Packets after which a copy says nothing any more.
const RECENT: u64 = 64;

/// Copies as far behind that make sure, beside those that were not.
const SURE: u8 = 4;
const MOST: u8 = 2 * SURE;

/// What is known of copies in a stream.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Copies {
    /// How far copies trail the newest packet.
    lag: u64,
    /// Copies that trailed as far of late, less those that did not: beside a lost packet they seem nearer.
    score: u8,
    /// The last copy's sequence number.
    last: u64,
    /// The packet accepted last counted as a copy.
    counted: bool,
}

impl Copies {
    /// A packet came again, `lag` packets behind the newest one.
    pub fn again(&mut self, sequence: u64, lag: u64) {
        if sequence.abs_diff(self.last) > RECENT || self.score == 0 {
            (self.lag, self.score) = (lag, 0);
        }
        self.score = if lag == self.lag { (self.score + 1).min(MOST) } else { self.score - 1 };
        (self.last, self.counted) = (sequence, false);
    }

    /// Whether a packet that comes for the first time must be a copy: it trails the newest one as copies do.
    pub fn stands_in(&mut self, sequence: u64, lag: u64) -> bool {
        self.counted = self.score >= SURE && lag > 0 && lag == self.lag && sequence.abs_diff(self.last) <= RECENT;
        if self.counted {
            self.last = sequence;
        }
        self.counted
    }

    /// Whether the packet accepted last counted as a copy; only once.
    pub fn take_counted(&mut self) -> bool {
        std::mem::take(&mut self.counted)
    }
}
