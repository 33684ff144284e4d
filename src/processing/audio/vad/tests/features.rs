//! The description of a tick: logarithms, band levels, pitch.

use super::super::decibel::bels;
use super::super::pitch::Pitch;
use super::super::spectrum::Spectrum;
use super::noise;
use crate::types::SampleRate;

#[test]
fn logarithms_are_within_3_ten_thousandths_over_all_levels() {
    let mut power = 1e-30f32;
    while power < 1e6 {
        assert!((bels(power) - power.log10()).abs() < 3e-4, "{power}");
        power *= 1.013;
    }
}

#[test]
fn a_tone_has_its_level_in_its_band_at_every_rate() {
    for hz in [8_000, 11_100, 16_000, 44_100, 48_000] {
        let rate = SampleRate::new(hz).expect("allowed");
        let mut spectrum = Spectrum::new(rate);
        let tone: Vec<f32> =
            (0..hz).map(|n| 0.1 * (std::f32::consts::TAU * 1_180.0 * n as f32 / hz as f32).sin()).collect();
        tone.chunks_exact(rate.per_tick()).for_each(|frame| spectrum.push(frame));
        // −23 dBFS in the band of 1075 to 1275 Hz, but for what falls beside.
        assert!((spectrum.level[8] + 2.3).abs() < 0.05, "{hz}: {}", spectrum.level[8]);
        let off = spectrum.level.iter().enumerate().filter(|(band, _)| band.abs_diff(8) > 1);
        assert!(off.fold(-9.5, |most: f32, (_, level)| most.max(*level)) < -4.5, "{hz}");
    }
}

#[test]
fn a_voice_is_harmonic_and_its_pitch_is_found_noise_is_not() {
    let find = |samples: &[f32]| {
        let mut spectrum = Spectrum::new(SampleRate::HZ_16000);
        samples.chunks_exact(160).for_each(|frame| spectrum.push(frame));
        Pitch::new().find(&spectrum.power)
    };
    for pitch in [90.0f32, 125.0, 210.0, 300.0] {
        let buzz: Vec<f32> = (0..1_600).map(|n| 0.2 * (2.0 * (n as f32 * pitch / 16_000.0).fract() - 1.0)).collect();
        let found = find(&buzz);
        assert!(found.flat > 0.4, "{pitch}: {found:?}");
        let lag = 10.0 + 47.0 * found.lag;
        let periods = lag * pitch / 4_000.0;
        assert!((periods - periods.round()).abs() < 0.12 && periods > 0.8, "{pitch}: {periods} periods");
    }
    assert!(find(&noise(1_600)).flat < 0.35, "{:?}", find(&noise(1_600)));
}
