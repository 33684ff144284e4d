//! The units that playout counts in: samples, units of the RTP clock, microseconds.

use crate::buffer::playout::Playout;
use crate::types::SampleRate;

/// Samples at `rate` per units of an RTP clock of `clock_rate`, in lowest terms.
pub(super) const fn steps(rate: SampleRate, clock_rate: u32) -> (u32, u32) {
    let common = gcd(rate.hz(), clock_rate);
    (rate.hz() / common, clock_rate / common)
}

impl Playout {
    /// Units of the RTP clock as samples.
    pub(super) fn to_samples(&self, units: u64) -> u64 {
        if self.sample_step == self.clock_step {
            return units;
        }
        let (sample, clock) = (u64::from(self.sample_step), u64::from(self.clock_step));
        (units / clock).wrapping_mul(sample) + units % clock * sample / clock
    }

    /// Samples as units of the RTP clock.
    pub(super) fn to_units(&self, samples: u64) -> u64 {
        if self.sample_step == self.clock_step {
            return samples;
        }
        let (sample, clock) = (u64::from(self.sample_step), u64::from(self.clock_step));
        (samples / sample).wrapping_mul(clock) + samples % sample * clock / sample
    }

    /// Samples as microseconds.
    pub(super) fn to_us(&self, samples: u64) -> i64 {
        (samples.min(1 << 40) * 1_000_000 / u64::from(self.rate.hz())) as i64
    }
}

const fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}
