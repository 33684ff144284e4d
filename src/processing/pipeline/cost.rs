//! What blocks cost, for placement and admission: nanoseconds of a frame (`benches/processing.rs`).

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
}
