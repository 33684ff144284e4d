//! The K-weighting of ITU-R BS.1770-4: a shelf for the head's effect on high frequencies, and a high-pass.

use biquad::{Biquad, Coefficients, DirectForm2Transposed};

use crate::types::SampleRate;

/// Keeps the filters' memory out of the denormal numbers in silence; −400 dBFS.
const BIAS: f64 = 1e-20;

/// The two filters, in double precision: the high-pass has its corner at a thousandth of 48 kHz.
#[derive(Clone, Debug)]
pub struct KWeighting {
    shelf: DirectForm2Transposed<f64>,
    high_pass: DirectForm2Transposed<f64>,
}

impl KWeighting {
    /// For audio at `rate`. No allocation.
    pub fn new(rate: SampleRate) -> Self {
        let hz = f64::from(rate.hz());
        Self { shelf: DirectForm2Transposed::new(shelf(hz)), high_pass: DirectForm2Transposed::new(high_pass(hz)) }
    }

    /// Forgets the audio so far.
    pub fn reset(&mut self) {
        self.shelf.reset_state();
        self.high_pass.reset_state();
    }

    /// Takes samples and gives the sum of their squares after the filters. What is not finite counts as silence, what is
    /// louder than +24 dBFS as that loud.
    ///
    /// Real-time: two biquads a sample.
    pub fn energy(&mut self, samples: &[f32]) -> f64 {
        let mut sum = 0.0;
        for sample in samples {
            let sample = if sample.is_finite() { sample.clamp(-16.0, 16.0) } else { 0.0 };
            let weighted = self.high_pass.run(self.shelf.run(f64::from(sample) + BIAS));
            sum += weighted * weighted;
        }
        sum
    }
}

/// Stage 1. The Recommendation has coefficients for 48 kHz only; these are the frequency, gain and quality of the
/// analogue filter whose bilinear transform has them, so that other rates get the same filter.
fn shelf(hz: f64) -> Coefficients<f64> {
    let gain = 10f64.powf(3.999_843_853_973_347 / 20.0);
    let middle = gain.powf(0.499_666_774_154_541_6);
    let (k, k_q) = warped(1_681.974_450_955_533, 0.707_175_236_955_419_6, hz);
    let a0 = 1.0 + k_q + k * k;
    Coefficients {
        b0: (gain + middle * k_q + k * k) / a0,
        b1: 2.0 * (k * k - gain) / a0,
        b2: (gain - middle * k_q + k * k) / a0,
        a1: 2.0 * (k * k - 1.0) / a0,
        a2: (1.0 - k_q + k * k) / a0,
    }
}

/// Stage 2, in the same way; its numerator is 1, −2, 1 at every rate, as the Recommendation has it.
fn high_pass(hz: f64) -> Coefficients<f64> {
    let (k, k_q) = warped(38.135_470_876_024_44, 0.500_327_037_323_877_3, hz);
    let a0 = 1.0 + k_q + k * k;
    Coefficients { b0: 1.0, b1: -2.0, b2: 1.0, a1: 2.0 * (k * k - 1.0) / a0, a2: (1.0 - k_q + k * k) / a0 }
}

fn warped(corner: f64, quality: f64, hz: f64) -> (f64, f64) {
    let k = (std::f64::consts::PI * corner / hz).tan();
    (k, k / quality)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_48_khz_the_coefficients_are_those_of_the_recommendation() {
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} {b}");
        let stage = shelf(48_000.0);
        near(stage.b0, 1.535_124_859_586_97);
        near(stage.b1, -2.691_696_189_406_38);
        near(stage.b2, 1.198_392_810_852_85);
        near(stage.a1, -1.690_659_293_182_41);
        near(stage.a2, 0.732_480_774_215_85);
        let stage = high_pass(48_000.0);
        near(stage.a1, -1.990_047_454_833_98);
        near(stage.a2, 0.990_072_250_366_21);
    }
}
