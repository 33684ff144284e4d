//! What became of every packet, every sequence number and every sample of a leg.

use crate::quality::{Bursts, SessionStats};

/// Counts over the leg's life. Each line of sums is exact at every moment between two calls:
///
/// * `accepted = decoded + rejected + discarded + skipped + stepped` + packets waiting,
/// * `bursts.expected` = packets taken from the buffer + `recovered` + `recovered_deep` + `lost` + `late_of_lost`,
/// * `bursts.absent = lost + late_of_lost + rejected + discarded + skipped`,
/// * `ticks` × samples per tick = `received_samples + concealed_samples + silent_samples`,
/// * `decoded_samples + expanded_samples + drift_added_samples` = `received_samples + accelerated_samples +
///   drift_removed_samples + dropped_samples` + samples decoded and waiting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
// What every tick counts, what every packet counts, and what goes wrong.
#[repr(C)]
pub struct Account {
    /// Ticks pulled or passed.
    pub ticks: u64,
    /// Samples played that were received.
    pub received_samples: u64,
    /// Samples played that were invented.
    pub concealed_samples: u64,
    /// Samples of silence.
    pub silent_samples: u64,
    /// Buffering delay of the packet last played.
    pub delay_us: u64,
    /// Sum of `delay_us` over the ticks that played received audio.
    pub delay_sum_us: u64,
    /// Those ticks.
    pub delay_ticks: u64,
    /// What became of every place in the sequence.
    pub bursts: Bursts,
    /// Samples decoded, from packets or from what repairs them.
    pub decoded_samples: u64,
    /// Packets accepted, those rebuilt from redundancy among them.
    pub accepted: u64,
    /// Payload bytes accepted.
    pub accepted_bytes: u64,
    /// Accepted packets played, or passed over with audio in hand that a relay did not need.
    pub decoded: u64,
    /// Accepted packets that the decoder rejected after all.
    pub rejected: u64,
    /// Accepted packets dropped since the delay had grown beyond all bounds.
    pub discarded: u64,
    /// Accepted packets dropped since the worker skipped their ticks.
    pub skipped: u64,
    /// Accepted packets that held no audio: comfort noise, telephone events.
    pub stepped: u64,
    /// Of those, the ones with comfort noise.
    pub comfort: u64,
    /// Packets that were rebuilt from redundancy and never came themselves.
    pub repaired: u64,
    /// Packets whose audio the one behind them carried in its own payload. They are not among the lost.
    pub recovered: u64,
    /// Packets whose audio came out of deep redundancy. They are not among the lost either.
    pub recovered_deep: u64,
    /// Accepted packets that came as late as the copies that the sender sends of all, and before which none came.
    pub copies: u64,
    /// Accepted packets that the host had been told to be missing.
    pub retransmitted: u64,
    /// Of the samples of silence, those filled with comfort noise.
    pub comfort_samples: u64,
    /// Sequence numbers passed with no packet there, less those that came late after all.
    pub lost: u64,
    /// Packets after their time.
    pub late: u64,
    /// Of the late ones, those that had been counted as lost.
    pub late_of_lost: u64,
    /// Packets that came twice.
    pub duplicate: u64,
    /// Accepted packets that came after one with a higher sequence number.
    pub reordered: u64,
    /// Packets that the decoder rejected on arrival, and single packets far from the sequence.
    pub malformed: u64,
    /// Packets too large, or with no room.
    pub overflow: u64,
    /// Changes of SSRC.
    pub source_switches: u64,
    /// New time lines of the same source.
    pub resyncs: u64,
    /// Samples decoded that were dropped before their time.
    pub dropped_samples: u64,
    /// Samples of the longest stretch of concealment that has ended.
    pub longest_concealment: u64,
    /// Stretches of concealment.
    pub concealment_events: u64,
    /// Samples taken out to play faster.
    pub accelerated_samples: u64,
    /// Samples put in to play slower.
    pub expanded_samples: u64,
    /// Samples left out since the sender's clock is faster.
    pub drift_removed_samples: u64,
    /// Samples put in since it is slower.
    pub drift_added_samples: u64,
    /// Smallest `delay_us` of any packet played.
    pub delay_min_us: u64,
    /// Largest one.
    pub delay_max_us: u64,
}

impl Account {
    /// A packet is played that waited so long.
    pub(super) fn delayed(&mut self, delay_us: u64) {
        let first = self.decoded + self.rejected == 0;
        self.delay_us = delay_us;
        self.delay_min_us = if first { delay_us } else { self.delay_min_us.min(delay_us) };
        self.delay_max_us = self.delay_max_us.max(delay_us);
    }

    /// A tick was read at the sender's speed: so many decoded samples are gone, and so many were heard.
    pub(super) fn steered(&mut self, gone: usize, heard: usize) {
        self.drift_removed_samples += gone.saturating_sub(heard) as u64;
        self.drift_added_samples += heard.saturating_sub(gone) as u64;
    }

    /// Puts the samples counted to another rate, `to` for each `from`. What rounding takes goes to the samples
    /// received and dropped, so that the sums stay exact; `waiting` are those decoded that wait. Real-time.
    pub(super) fn rescale(&mut self, from: usize, to: usize, waiting: usize) {
        let (from, to) = (from.max(1) as u64, to as u64);
        for samples in [
            &mut self.concealed_samples,
            &mut self.silent_samples,
            &mut self.comfort_samples,
            &mut self.decoded_samples,
            &mut self.accelerated_samples,
            &mut self.expanded_samples,
            &mut self.drift_removed_samples,
            &mut self.drift_added_samples,
            &mut self.longest_concealment,
        ] {
            *samples = (u128::from(*samples) * u128::from(to) / u128::from(from)) as u64;
        }
        self.bursts.rescale(from, to);
        self.received_samples = (self.ticks * to).saturating_sub(self.concealed_samples + self.silent_samples);
        let gone = self.received_samples + self.accelerated_samples + self.drift_removed_samples + waiting as u64;
        let added = self.expanded_samples + self.drift_added_samples;
        // Rounded down, too little may seem to have been decoded.
        self.decoded_samples = self.decoded_samples.max(gone.saturating_sub(added));
        self.dropped_samples = self.decoded_samples + added - gone;
    }

    /// Writes the receive side of a session's figures. Real-time.
    pub fn report(&self, stats: &mut SessionStats) {
        stats.received = self.accepted - self.repaired;
        stats.repaired_copy = self.copies;
        stats.repaired_nack = self.retransmitted;
        stats.repaired_red = self.repaired;
        stats.repaired_fec = self.recovered;
        stats.repaired_dred = self.recovered_deep;
        stats.repaired = self.copies + self.retransmitted + self.repaired + self.recovered + self.recovered_deep;
        stats.comfort_received = self.comfort;
        stats.comfort_samples = self.comfort_samples;
        stats.received_bytes = self.accepted_bytes;
        stats.lost = self.lost;
        stats.late = self.late;
        stats.discarded = self.discarded + self.skipped + self.rejected;
        stats.duplicate = self.duplicate;
        stats.reordered = self.reordered;
        stats.malformed = self.malformed;
        stats.overflow = self.overflow;
        stats.source_switches = self.source_switches;
        stats.resyncs = self.resyncs;
        self.bursts.report(stats);
        stats.decoded_samples = self.decoded_samples;
        stats.dropped_samples = self.dropped_samples;
        stats.longest_concealment_samples = self.longest_concealment;
        stats.received_samples = self.received_samples;
        stats.concealed_samples = self.concealed_samples;
        stats.concealment_events = self.concealment_events;
        stats.silent_samples = self.silent_samples;
        stats.stretched_samples = self.accelerated_samples + self.expanded_samples;
        stats.accelerated_samples = self.accelerated_samples;
        stats.expanded_samples = self.expanded_samples;
        stats.compensated_samples = self.drift_removed_samples + self.drift_added_samples;
        stats.drift_removed_samples = self.drift_removed_samples;
        stats.drift_added_samples = self.drift_added_samples;
        stats.delay_min_us = self.delay_min_us;
        stats.delay_max_us = self.delay_max_us;
        stats.delay_us = self.delay_us;
        stats.delay_sum_us = self.delay_sum_us;
        stats.delay_ticks = self.delay_ticks;
    }
}
