//! What follows from the figures: rates, densities, durations. For the control side, of a leg's life or of an interval.

use crate::quality::{GMIN, SessionStats};

/// The loss part of an RTCP XR VoIP metrics block (RFC 3611 §4.7.2), in its own units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VoipMetrics {
    /// Packets lost, after repair, in 1/256 of those expected.
    pub loss_rate: u8,
    /// Packets that came and were not played, in 1/256 of those expected.
    pub discard_rate: u8,
    /// Packets lost or discarded within bursts, in 1/256.
    pub burst_density: u8,
    /// Packets lost or discarded within gaps, in 1/256.
    pub gap_density: u8,
    /// Mean duration of a burst in milliseconds; 0: there was none.
    pub burst_duration: u16,
    /// Mean duration of a gap in milliseconds.
    pub gap_duration: u16,
    /// Packets in a row that end a burst.
    pub gmin: u8,
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// RFC 3611: "the integer part of the result of multiplying by 256", at most 255.
fn in_256(ratio: f64) -> u8 {
    (ratio * 256.0) as u8
}

impl SessionStats {
    /// Part of the packets expected that never came and were not repaired, 0 to 1.
    pub fn loss_rate(&self) -> f64 {
        ratio(self.absent.min(self.lost), self.expected)
    }

    /// Part of the packets expected that came, late or in vain, and were not played, 0 to 1.
    pub fn discard_rate(&self) -> f64 {
        ratio(self.absent.saturating_sub(self.lost), self.expected)
    }

    /// Part of the packets within bursts that were lost or discarded (RFC 3611 §4.7.2), 0 to 1; 0 without bursts.
    pub fn burst_density(&self) -> f64 {
        ratio(self.burst_absent, self.burst_packets)
    }

    /// Part of the packets outside of bursts that were lost or discarded, 0 to 1.
    pub fn gap_density(&self) -> f64 {
        ratio(self.absent.saturating_sub(self.burst_absent), self.expected.saturating_sub(self.burst_packets))
    }

    /// Mean duration of a burst in milliseconds; 0 without bursts.
    pub fn burst_duration_ms(&self) -> f64 {
        self.ms(self.burst_samples) / self.bursts.max(1) as f64
    }

    /// Mean duration of the gaps in milliseconds: those before, between and behind the bursts.
    pub fn gap_duration_ms(&self) -> f64 {
        self.ms(self.expected_samples.saturating_sub(self.burst_samples)) / (self.bursts + 1) as f64
    }

    /// Burst ratio (ITU-T G.107 §7.2): the mean run of absent packets over that of random loss of the same
    /// rate. 1: random; more: bursty. 1 without loss.
    pub fn burst_ratio(&self) -> f64 {
        let loss = ratio(self.absent, self.expected);
        if self.loss_runs == 0 || loss >= 1.0 { 1.0 } else { ratio(self.absent, self.loss_runs) * (1.0 - loss) }
    }

    /// The loss part of an RTCP XR VoIP metrics block.
    pub fn voip_metrics(&self) -> VoipMetrics {
        VoipMetrics {
            loss_rate: in_256(self.loss_rate()),
            discard_rate: in_256(self.discard_rate()),
            burst_density: in_256(self.burst_density()),
            gap_density: in_256(self.gap_density()),
            burst_duration: self.burst_duration_ms() as u16,
            gap_duration: self.gap_duration_ms() as u16,
            gmin: GMIN as u8,
        }
    }

    /// Mean delay in the jitter buffer in microseconds, over the ticks that played received audio.
    pub fn mean_delay_us(&self) -> u64 {
        self.delay_sum_us.checked_div(self.delay_ticks).unwrap_or(0)
    }

    /// Part of the audio played that was concealed, 0 to 1.
    pub fn concealed_rate(&self) -> f64 {
        ratio(self.concealed_samples, self.received_samples + self.concealed_samples + self.silent_samples)
    }

    /// Some of the leg's samples in milliseconds.
    pub fn ms(&self, samples: u64) -> f64 {
        ratio(samples * 1_000, self.rate_hz)
    }

    /// How much faster the sender's clock is than ours, in parts per million; `None` as long as that is not known.
    pub fn drift(&self) -> Option<i64> {
        (self.drift_known != 0).then_some(self.drift_ppm as i64)
    }

    /// Mean level of what came from the party, in dB against full scale (a square wave has 0 dB); `None`: not measured.
    pub fn received_level(&self) -> Option<f64> {
        level(self.received_power, self.received_level_frames)
    }

    /// Mean level of what the party was sent, likewise.
    pub fn sent_level(&self) -> Option<f64> {
        level(self.sent_power, self.sent_level_frames)
    }
}

/// Silence is −96 dB.
fn level(power: u64, frames: u64) -> Option<f64> {
    let mean = power as f64 / (frames as f64 * 4_294_967_296.0);
    (frames > 0).then(|| 10.0 * mean.max(2.5e-10).log10())
}
