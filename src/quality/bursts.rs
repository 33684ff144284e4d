//! How losses lie: in runs, and in bursts and gaps (RFC 3611 §4.7.2).
//!
//! Every sequence number that playout passes counts once, in order, as there or as absent: lost, late
//! or discarded. A *burst* begins and ends with an absent packet, holds at least two of them, and
//! nowhere [`GMIN`] packets in a row that are there. All else is gap, absent packets that stand alone
//! included (as in RFC 3611 appendix A.2). The leg is taken to be preceded by [`GMIN`] packets that came.

use crate::quality::SessionStats;

/// Packets in a row that end a burst: the value that RFC 3611 recommends.
pub const GMIN: u64 = 16;

/// Counts of one leg. They only grow, so differences of two looks are counts as well. Durations are in samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bursts {
    /// Sequence numbers passed.
    pub expected: u64,
    /// Audio that they stand for.
    pub expected_samples: u64,
    /// Of those expected, the ones with nothing to play.
    pub absent: u64,
    /// Runs of absent packets with none in between.
    pub runs: u64,
    /// Packets of the longest run.
    pub longest_run: u64,
    /// Bursts, one that still goes on included.
    pub bursts: u64,
    /// Packets within bursts, there or absent.
    pub burst_packets: u64,
    /// Of those, the absent ones.
    pub burst_absent: u64,
    /// Audio that they stand for.
    pub burst_samples: u64,
    /// Packets since the last absent one, and their audio.
    since: u64,
    since_samples: u64,
    run: u64,
    /// Packets, absent ones and samples that become part of a burst with the next absent packet.
    open: [u64; 3],
    in_burst: bool,
}

impl Default for Bursts {
    fn default() -> Self {
        Self {
            expected: 0,
            expected_samples: 0,
            absent: 0,
            runs: 0,
            longest_run: 0,
            bursts: 0,
            burst_packets: 0,
            burst_absent: 0,
            burst_samples: 0,
            since: GMIN,
            since_samples: 0,
            run: 0,
            open: [0; 3],
            in_burst: false,
        }
    }
}

impl Bursts {
    /// The next packet is there, with so many samples. Real-time: four additions.
    pub fn present(&mut self, samples: u64) {
        self.expected += 1;
        self.expected_samples += samples;
        self.since += 1;
        self.since_samples += samples;
    }

    /// The next `count` packets of so many samples each are absent. Real-time: O(1).
    pub fn absent(&mut self, count: u64, samples: u64) {
        if count == 0 {
            return;
        }
        let samples = count * samples;
        self.expected += count;
        self.expected_samples += samples;
        self.absent += count;
        if self.since > 0 {
            self.runs += 1;
            self.run = 0;
        }
        self.run += count;
        self.longest_run = self.longest_run.max(self.run);
        if self.since >= GMIN {
            (self.open, self.in_burst) = ([0; 3], false);
        } else {
            self.open[0] += self.since;
            self.open[2] += self.since_samples;
        }
        (self.since, self.since_samples) = (0, 0);
        let [packets, absent, media] = self.open;
        self.open = [packets + count, absent + count, media + samples];
        if self.in_burst || self.open[1] > 1 {
            self.bursts += u64::from(!self.in_burst);
            self.in_burst = true;
            let [packets, absent, media] = std::mem::take(&mut self.open);
            self.burst_packets += packets;
            self.burst_absent += absent;
            self.burst_samples += media;
        }
    }

    /// Another stream follows: no burst and no run goes on into it. Real-time.
    pub fn restart(&mut self) {
        (self.since, self.since_samples) = (self.since.max(GMIN), 0);
    }

    /// The same in samples of another rate: `to` for each `from`, rounded down. Real-time.
    pub fn rescale(&mut self, from: u64, to: u64) {
        for samples in [&mut self.expected_samples, &mut self.burst_samples, &mut self.since_samples, &mut self.open[2]]
        {
            *samples = (u128::from(*samples) * u128::from(to) / u128::from(from.max(1))) as u64;
        }
    }

    /// Writes the figures of a session. Real-time.
    pub fn report(&self, stats: &mut SessionStats) {
        stats.expected = self.expected;
        stats.expected_samples = self.expected_samples;
        stats.absent = self.absent;
        stats.loss_runs = self.runs;
        stats.longest_loss_run = self.longest_run;
        stats.bursts = self.bursts;
        stats.burst_packets = self.burst_packets;
        stats.burst_absent = self.burst_absent;
        stats.burst_samples = self.burst_samples;
    }
}
