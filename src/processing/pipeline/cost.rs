//! What blocks cost: nanoseconds of a frame (`benches/processing.rs`) for placement and admission, and bytes.

use super::spec::ProcessingSpec;
use crate::processing::audio::ns::NsKind;
use crate::types::SampleRate;

impl ProcessingSpec {
    /// Declared cost of a frame at `rate`, in nanoseconds: medians on a Xeon at 2.3 GHz.
    pub fn cost(&self, rate: SampleRate) -> u32 {
        // At 8, at 16, and above 16 kHz.
        let class = match rate.hz() {
            ..12_000 => 0,
            12_000..24_000 => 1,
            _ => 2,
        };
        let of = |on: bool, costs: [u32; 3]| if on { costs[class] } else { 0 };
        let bands = self.equalizer.map_or(0, |equalizer| equalizer.bands().count() as u32);
        let filters = of(self.high_pass.is_some(), [400, 800, 2_300])
            + bands * of(true, [170, 350, 1_060])
            + of(self.compressor.is_some(), [200, 300, 400]);
        let voice = of(self.echo.is_some(), [16_000, 24_500, 29_000])
            + self.noise.map_or(0, |noise| match noise.kind {
                NsKind::Spectral => of(true, [3_200, 6_000, 19_000]),
                NsKind::Recurrent => of(true, [42_000, 43_000, 44_000]),
            })
            + of(self.gain.is_some(), [2_000, 3_100, 7_200])
            + of(self.voice.is_some(), [2_400, 2_900, 4_700]);
        let tones = of(self.digits.limits().is_some(), [450, 800, 1_450]) + of(self.signals, [1_200, 1_550, 2_200]);
        let levels = of(self.silence.is_some(), [30, 60, 180]) + of(self.answer.is_some(), [30, 60, 180]);
        50 + levels + filters + voice + tones
    }

    /// Bytes that the blocks take at most at `rate`, resamplers and the player of digits included: as counted at 8, 16, 32
    /// and 48 kHz and a tenth more, and what transforms of odd lengths take beyond that.
    pub fn memory(&self, rate: SampleRate) -> usize {
        let of = |on: bool, bytes: usize| if on { bytes } else { 0 };
        let (tick, second) = (rate.per_tick(), rate.hz() as usize * size_of::<f32>());
        let odd = if matches!(rate.hz(), 8_000 | 16_000 | 32_000 | 48_000) { 1 } else { 4 };
        // Measured: 319 kB at 8 kHz, 386 at 11, 529 at 16, at most 543 above; the rest is the far end's resampler.
        let paths = if rate.hz() < 12_000 { 400 * 1_024 } else { 560 * 1_024 };
        let echo = of(self.echo.is_some(), paths + second / 4);
        let noise = self.noise.map_or(0, |noise| match noise.kind {
            NsKind::Spectral => odd * (2_048 + 275 * tick),
            NsKind::Recurrent => 48 * 1_024,
        });
        let filters = of(self.high_pass.is_some() || self.equalizer.is_some() || self.compressor.is_some(), 1_024);
        let gain = of(self.gain.is_some(), 10 * 1_024);
        let voice = of(self.voice.is_some(), odd * (6 * 1_024 + 130 * tick));
        let line = 3 * tick * size_of::<f32>();
        let tones = of(self.digits != Default::default(), 4 * 1_024 + 12 * tick + line)
            + of(self.signals, 18 * 1_024 + 12 * tick);
        of(self.is_needed() || self.digits.render, 8 * 1_024) + echo + noise + filters + gain + voice + tones
    }
}
