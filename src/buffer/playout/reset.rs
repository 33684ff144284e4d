//! A leg begins anew.

use crate::buffer::playout::adapt::PATIENCE_US;
use crate::buffer::playout::mend::Reach;
use crate::buffer::playout::{Pause, Playout};
use crate::buffer::stream::Stream;
use crate::processing::audio::stretch::Evidence;

impl Playout {
    /// Forgets the stream and what is known of the network; the account goes on. Packets that wait
    /// count as skipped. Real-time.
    pub fn reset(&mut self) {
        while let Some(entry) = self.packets.take() {
            self.step_over(&entry);
            self.account.skipped += 1;
            self.account.bursts.absent(1, entry.samples.into());
            self.packets.release(entry);
        }
        for entry in self.rest.end().chain(self.passed.take()) {
            self.packets.release(entry);
        }
        self.account.dropped_samples += self.decoded_waiting() as u64;
        self.account.bursts.restart();
        self.fifo.clear();
        self.concealer.close();
        self.decoder.reset();
        (self.next, self.cursor, self.epoch, self.first, self.missing, self.rebuilt) = (0, 0, 0, 0, 0, 0);
        (self.mended, self.pause) = (false, Pause::None);
        self.end_concealment();
        (self.repeated, self.reach) = (0, Reach::default());
        (self.front_concealed, self.front_silent, self.debt, self.since_stretch_us) = (0, 0, 0, 0);
        (self.futile, self.patience_us, self.drifts) = (0, PATIENCE_US, false);
        self.unfollow();
        self.drift.reset();
        self.evidence = Evidence::default();
        (self.silent, self.hole, self.stretched, self.passing) = (true, false, false, false);
        self.delay.reset();
        self.stream = Stream::new(self.clock_rate);
    }
}
