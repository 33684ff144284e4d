//! Senders that send each packet again, some packets later: which of the packets stood in for a lost one.

/// Packets after which a copy says nothing any more.
const RECENT: u64 = 64;

/// What is known of copies in a stream.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Copies {
    /// How far copies trail the newest packet.
    lag: u64,
    /// Two copies in a row trailed as far.
    sure: bool,
    /// The last copy's sequence number.
    last: u64,
    /// The packet accepted last counted as a copy.
    counted: bool,
}

impl Copies {
    /// A packet came again, `lag` packets behind the newest one.
    pub fn again(&mut self, sequence: u64, lag: u64) {
        let recent = sequence.abs_diff(self.last) <= RECENT;
        *self = Self { lag, sure: recent && lag == self.lag, last: sequence, counted: false };
    }

    /// Whether a packet that comes for the first time must be a copy: it trails the newest one as copies do.
    pub fn stands_in(&mut self, sequence: u64, lag: u64) -> bool {
        self.counted = self.sure && lag > 0 && lag == self.lag && sequence.abs_diff(self.last) <= RECENT;
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
