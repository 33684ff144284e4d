//! What blocks cost: nanoseconds of a frame (`benches/processing.rs`) for placement and admission, and bytes.

use super::spec::ProcessingSpec;
use crate::types::SampleRate;

impl ProcessingSpec {
    /// Declared cost of a frame at `rate`, in nanoseconds: medians on a Xeon at 2.3 GHz, the equalizer's and the compressor's by estimate.
    pub fn cost(&self, rate: SampleRate) -> u32 {
        // At 8, at 16, and above 16 kHz.
        let class = match rate.hz() {
            ..12_000 => 0,
            12_000..24_000 => 1,
            _ => 2,
        };
        let of = |on: bool, costs: [u32; 3]| if on { costs[class] } else { 0 };
        let filters = of(self.high_pass.is_some(), [400, 800, 2_300])
            + of(self.equalizer.is_some(), [600, 1_200, 3_600])
            + of(self.compressor.is_some(), [600, 1_200, 3_600]);
        let voice = of(self.echo.is_some(), [16_000, 24_500, 29_000])
            + of(self.noise.is_some(), [3_200, 6_000, 19_000])
            + of(self.gain.is_some(), [1_900, 2_900, 6_800])
            + of(self.voice.is_some(), [2_400, 2_900, 4_700]);
        let tones = of(self.digits.limits().is_some(), [200, 600, 1_300]) + of(self.signals, [800, 1_200, 1_800]);
        50 + filters + voice + tones
    }

    /// Bytes that the blocks take at most at `rate`, resamplers and the player of digits included.
    pub fn memory(&self, rate: SampleRate) -> usize {
        let of = |on: bool, bytes: usize| if on { bytes } else { 0 };
        let second = rate.hz() as usize * size_of::<f32>();
        // Measured: 319 kB at 8 kHz, 386 at 11, 529 at 16, at most 543 above; the rest is the far end's resampler.
        let filters = if rate.hz() < 12_000 { 400 * 1_024 } else { 560 * 1_024 };
        let echo = of(self.echo.is_some(), filters + second / 4);
        let noise = of(self.noise.is_some(), 128 * 1_024 + second / 2);
        let gain = of(self.gain.is_some(), 64 * 1_024 + second / 4);
        let voice = of(self.voice.is_some(), 128 * 1_024);
        let tones = of(self.digits != Default::default(), 24 * 1_024 + second / 10) + of(self.signals, 64 * 1_024);
        of(self.is_needed() || self.digits.render, 32 * 1_024) + echo + noise + gain + voice + tones
    }
}
