//! What blocks cost: nanoseconds of a frame (`benches/processing.rs`) for placement and admission, and bytes.

use super::spec::ProcessingSpec;
use crate::types::SampleRate;

impl ProcessingSpec {
    /// Declared cost of a frame at `rate`, in nanoseconds.
    pub fn cost(&self, rate: SampleRate) -> u32 {
        // At 8, at 16, and above 16 kHz.
        let class = match rate.hz() {
            ..12_000 => 0,
            12_000..24_000 => 1,
            _ => 2,
        };
        let of = |on: bool, costs: [u32; 3]| if on { costs[class] } else { 0 };
        let filters = of(self.high_pass.is_some(), [300, 600, 1_800])
            + of(self.equalizer.is_some(), [600, 1_200, 3_600])
            + of(self.compressor.is_some(), [600, 1_200, 3_600]);
        let voice = of(self.echo.is_some(), [16_000, 30_000, 40_000])
            + of(self.noise.is_some(), [6_000, 11_000, 30_000])
            + of(self.gain.is_some(), [4_000, 8_000, 24_000])
            + of(self.voice.is_some(), [7_000, 7_500, 9_000]);
        let tones = of(self.digits.limits().is_some(), [1_000, 2_200, 3_000]) + of(self.signals, [2_500, 3_500, 4_500]);
        50 + filters + voice + tones
    }

    /// Bytes that the blocks take at most at `rate`, resamplers and the player of digits included.
    pub fn memory(&self, rate: SampleRate) -> usize {
        let of = |on: bool, bytes: usize| if on { bytes } else { 0 };
        let second = rate.hz() as usize * size_of::<f32>();
        let echo = of(self.echo.is_some(), 640 * 1_024 + second / 4);
        let noise = of(self.noise.is_some(), 128 * 1_024 + second / 2);
        let gain = of(self.gain.is_some(), 64 * 1_024 + second / 4);
        let voice = of(self.voice.is_some(), 128 * 1_024);
        let tones = of(self.digits != Default::default(), 24 * 1_024 + second / 10) + of(self.signals, 64 * 1_024);
        of(self.is_needed() || self.digits.render, 32 * 1_024) + echo + noise + gain + voice + tones
    }
}
