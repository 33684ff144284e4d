//! What became of every packet, every sequence number and every sample of a leg.

use crate::quality::SessionStats;

/// Counts over the leg's life. Each line of sums is exact at every moment between two calls:
///
/// * `accepted = decoded + rejected + discarded + skipped + stepped` + packets waiting,
/// * sequence numbers passed within an epoch = packets taken from the buffer + `lost` + late ones that had been `lost`,
/// * `ticks` × samples per tick = `received_samples + concealed_samples + silent_samples`.
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
    /// Lost packets whose audio the one behind them carried in its own payload.
    pub recovered: u64,
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

    /// Writes the receive side of a session's figures. Real-time.
    pub fn report(&self, stats: &mut SessionStats) {
        stats.received = self.accepted - self.repaired;
        stats.repaired = self.repaired + self.recovered;
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
        stats.received_samples = self.received_samples;
        stats.concealed_samples = self.concealed_samples;
        stats.concealment_events = self.concealment_events;
        stats.silent_samples = self.silent_samples;
        stats.stretched_samples = self.accelerated_samples + self.expanded_samples;
        stats.accelerated_samples = self.accelerated_samples;
        stats.expanded_samples = self.expanded_samples;
        stats.compensated_samples = self.drift_removed_samples + self.drift_added_samples;
        stats.delay_min_us = self.delay_min_us;
        stats.delay_max_us = self.delay_max_us;
        stats.delay_us = self.delay_us;
        stats.delay_sum_us = self.delay_sum_us;
        stats.delay_ticks = self.delay_ticks;
    }
}
