//! What a leg's playout tells of itself.

use crate::buffer::playout::Playout;
use crate::quality::SessionStats;

impl Playout {
    /// Writes the receive side of a session's figures. Real-time.
    pub fn report(&self, stats: &mut SessionStats) {
        self.account.report(stats);
        self.window.report(stats);
        stats.rate_hz = self.rate.hz().into();
        // A stretch that goes on counts as long as it is.
        stats.longest_concealment_samples = stats.longest_concealment_samples.max(self.concealed);
        stats.drift_known = u64::from(self.drift.ppm().is_some());
        stats.drift_ppm = self.drift.ppm().map_or(0, |ppm| ppm.round() as i64) as u64;
        stats.jitter_us = self.delay.jitter_us();
        stats.target_delay_us = u64::from(self.delay.target_us());
    }

    /// Samples in the FIFO that were decoded.
    pub(in crate::buffer) fn decoded_waiting(&self) -> usize {
        self.fifo.len() - self.front_concealed - self.front_silent
    }

    /// Sequence numbers of the epoch that playout has passed.
    #[cfg(test)]
    pub(in crate::buffer) fn places_passed(&self) -> u64 {
        self.next - self.first
    }
}
